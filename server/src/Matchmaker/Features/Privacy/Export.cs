using System.IO.Pipelines;
using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Privacy;

/// <summary>
/// Everything that is kept about a user and is theirs to know, written as it is read: no more than one call of it is in memory.
/// An answer ends before <see cref="MaxBytes"/> or after <see cref="MaxCalls"/> and says where the next one begins, which has only
/// calls.
/// </summary>
/// <remarks>
/// Not in it: who has blocked or reported the user (that is about those people), and the keyed hashes of networks, which
/// say nothing to anybody.
/// </remarks>
internal sealed class Export(
    IAccountStore accounts, Safety.Safety safety, IMeasureStore measures, IAppealStore appeals, IReportStore reports, History history,
    Chat.Chat chat, IOptions<PrivacyOptions> options, IOptions<RateLimitOptions> rates, TimeProvider time)
{
    public const int MaxBytes = 10 * 1024 * 1024;
    public const int MaxCalls = 1000;

    /// <summary>Answers that are written at a time.</summary>
    public const int AtOnce = 4;

    /// <summary>Lines of a call, the last: as many as its history shows.</summary>
    private const int MaxLines = 1000;

    // Of the longest there may be, these and a call (6 MB, if it is all emoji) stay under the limit by themselves.
    private const int MaxBlocked = 1000;
    private const int MaxMeasures = 100;
    private const int MaxReports = 400;
    private const int PageSize = 50;

    /// <summary>Between two looks at whether the reader keeps up.</summary>
    private const int FlushBytes = 64 * 1024;

    /// <summary>For what closes the answer.</summary>
    private const int TailBytes = 256;

    /// <summary>Before all calls.</summary>
    private static readonly string Beginning = HistoryCursor.Write(DateTimeOffset.MaxValue, Guid.Empty);

    private readonly KeyedRates<Guid> _rates = new(time);
    private int _running;

    public KeyedRates<Guid> Rates => _rates;

    public int Running => Volatile.Read(ref _running);

    /// <summary>Takes a turn, which the one who has it gives back; or why not.</summary>
    public Outcome<Turn> Begin(Guid userId)
    {
        if (rates.Value.Enabled && !_rates.TryCount(userId, options.Value.ExportsPerMinute, out var wait))
        {
            return CommonRefusals.RateLimited.After(wait);
        }

        if (Interlocked.Increment(ref _running) > AtOnce)
        {
            Interlocked.Decrement(ref _running);
            return CommonRefusals.Unavailable;
        }

        return new Turn(this);
    }

    /// <summary>What is small, and the first calls. What goes wrong here is still told as a refusal.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="after">Where the answer before ended; null for the first.</param>
    public async Task<UserExport> Read(Guid userId, (DateTimeOffset StartedAt, Guid CallId)? after)
    {
        var isFirst = after is null;
        var card = await accounts.FindUser(userId) ?? Cards.Deleted(userId);
        var dates = await accounts.FindDates(userId);
        return new UserExport(
            time.GetUtcNow(),
            new ExportedAccount(
                card, dates?.CreatedAt ?? default, [.. (dates?.Logins ?? []).Select(l => new ExportedLogin(l.CreatedAt, l.ExpiresAt))]),
            isFirst ? [.. (await safety.Blocks(userId)).People.Take(MaxBlocked)] : [],
            isFirst ? [.. (await measures.Of(userId, MaxMeasures)).Select(m =>
                new ExportedMeasure(m.MeasureId, m.Kind, m.Reason, m.Text, m.TakenAt, m.Until, m.LiftedAt))] : [],
            isFirst ? [.. (await appeals.Of(userId)).Select(a =>
                new ExportedAppeal(a.Measure.MeasureId, a.Text, a.CreatedAt, a.DecidedAt, a.Outcome, a.Answer))] : [],
            isFirst ? [.. (await reports.FiledBy(userId, MaxReports)).Select(r =>
                new ExportedReport(r.ReportId, r.CallId, r.Reason, r.Note, r.CreatedAt))] : [],
            [.. (await history.Page(userId, PageSize, after)).Select(call => Detail(call, []))],
            isFirst ? Beginning : null);
    }

    /// <summary>Writes what was read, each call with its chat, and the calls after it as far as they fit.</summary>
    public async Task Write(Guid userId, UserExport export, PipeWriter output, CancellationToken stopping, int maxBytes = MaxBytes)
    {
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        json.WriteStartObject();
        Write(json, "exportedAt", export.ExportedAt);
        Write(json, "account", export.Account);
        Write(json, "blocked", export.Blocked);
        Write(json, "measures", export.Measures);
        Write(json, "appeals", export.Appeals);
        Write(json, "reports", export.Reports);
        json.WriteStartArray("calls");
        var next = await WriteCalls(userId, export, json, output, maxBytes, stopping);
        json.WriteEndArray();
        if (next is not null)
        {
            Write(json, "nextCursor", next);
        }

        json.WriteEndObject();
        await json.FlushAsync(stopping);
        await output.FlushAsync(stopping);
    }

    /// <summary>Answers where the next answer begins when there are more; null when these were all.</summary>
    private async Task<string?> WriteCalls(
        Guid userId, UserExport export, Utf8JsonWriter json, PipeWriter output, int maxBytes, CancellationToken stopping)
    {
        var (page, next, last) = (export.Calls, export.NextCursor, (HistoryDetail?)null);
        for (var count = 0; page.Count > 0;)
        {
            foreach (var call in page)
            {
                var bytes = JsonSerializer.SerializeToUtf8Bytes(
                    call with { Messages = await chat.Transcript(call.CallId, MaxLines) }, WireJson.Options);
                // An answer that goes on has one call at least, so that there is an end.
                if (next is not null && (count == MaxCalls || json.BytesCommitted + json.BytesPending + bytes.Length > maxBytes - TailBytes))
                {
                    return next;
                }

                json.WriteRawValue(bytes, skipInputValidation: true);
                (last, next, count) = (call, HistoryCursor.Write(call.StartedAt, call.CallId), count + 1);
                if (json.BytesPending > FlushBytes)
                {
                    await json.FlushAsync(stopping);
                    await output.FlushAsync(stopping); // waits for a reader who is slow
                }
            }

            page = page.Count < PageSize
                ? []
                : [.. (await history.Page(userId, PageSize, (last!.StartedAt, last.CallId))).Select(call => Detail(call, []))];
        }

        return null;
    }

    private static HistoryDetail Detail(HistoryEntry call, IReadOnlyList<ChatLine> lines) => new(
        call.CallId, call.Partner, call.StartedAt, call.Seconds, call.Reason, call.Origin, call.Reported, lines);

    private static void Write<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, WireJson.Options);
    }

    /// <summary>One of the answers that may be written at a time.</summary>
    internal sealed class Turn(Export export) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref export._running);
    }
}
