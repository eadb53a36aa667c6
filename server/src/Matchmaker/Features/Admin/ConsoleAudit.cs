using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>The audit as the console shows it, and as it leaves the house.</summary>
internal sealed class ConsoleAudit(IAuditStore store, AdminAccounts accounts)
{
    /// <summary>Lines of one export.</summary>
    public const int MaxExported = 10_000;

    private const int DefaultPage = 100;
    private const int MaxPage = 200;
    private const int ExportBatch = 500;

    public async Task<Outcome<AuditPage>> Page(string? actor, string? action, string? subject, int? limit, string? cursor)
    {
        var size = limit ?? DefaultPage;
        if (size is < 1 or > MaxPage)
        {
            return CommonRefusals.InvalidArgument("limit", $"The limit must be 1..{MaxPage}.");
        }

        long before = 0;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return CommonRefusals.InvalidArgument("cursor", "The cursor is none of ours.");
        }

        var filter = new AuditFilter(
            actor is null ? null : WireId.Parse(actor), action,
            subject is null ? null : WireId.Parse(subject) is var id && id != Guid.Empty ? id.ToString() : subject);
        var found = await store.Page(filter, size + 1, cursor is null ? null : before);
        var names = await accounts.Names();
        var page = found.Take(size).ToList();
        return new AuditPage(
            [.. page.Select(e => View(e, names))],
            found.Count > size ? page[^1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<AuditVerdict> Verify()
    {
        var check = await store.Verify();
        return new AuditVerdict(check.Findings.Count == 0, check.Entries, check.Findings);
    }

    /// <summary>As it is stored, a batch at a time: nobody holds all of it in memory.</summary>
    public async Task Export(long after, Stream output, CancellationToken gone)
    {
        for (var left = MaxExported; left > 0;)
        {
            var batch = await store.Export(after, Math.Min(left, ExportBatch));
            foreach (var line in batch)
            {
                await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line.Line + "\n"), gone);
                after = line.Number;
            }

            if (batch.Count < Math.Min(left, ExportBatch))
            {
                return;
            }

            left -= batch.Count;
        }
    }

    private static AuditEntryView View(AuditEntry e, IReadOnlyDictionary<Guid, AdminName> names) => new(
        e.Number, e.At, e.Actor is { } actor ? names.GetValueOrDefault(actor) ?? new AdminName(actor, "?") : null, e.Action,
        Short(e.Subject), new RawJson(JsonSerializer.SerializeToUtf8Bytes(Short(JsonNode.Parse(e.Detail)), WireJson.Options)));

    /// <summary>Ids as everywhere else on the wire.</summary>
    private static JsonNode? Short(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => new KeyValuePair<string, JsonNode?>(p.Key, Short(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Short)]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(Short(text)),
        _ => node?.DeepClone(),
    };

    private static string Short(string text) => Guid.TryParseExact(text, "D", out var id) ? WireId.Format(id) : text;
}
