using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Safety;

/// <summary>
/// The audit of an embedded server: the same chain, as long as the process lives. Of the entries the last
/// <see cref="MaxEntries"/> are kept; the chain begins at the first of them.
/// Invariant: <c>_head</c> is the number and hash of the last entry that was appended.
/// </summary>
internal sealed class InMemoryAuditStore(EmbeddedLock embedded, TimeProvider time) : IAuditStore
{
    /// <summary>At about 600 bytes each.</summary>
    public const int MaxEntries = 10_000;

    private readonly List<Row> _rows = [];
    private (long Number, byte[] Hash) _head = (0, []);
    private long _dropped;

    public (int Count, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_rows.Count, _dropped);
            }
        }
    }

    /// <summary>The entries themselves, for tests that do what nobody may.</summary>
    internal List<Row> Rows => _rows;

    public Task<long> Append(AuditNote note)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(AppendLocked(note));
        }
    }

    public Task<IReadOnlyList<AuditEntry>> Page(AuditFilter filter, int limit, long? before)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AuditEntry>>(
            [
                .. Enumerable.Reverse(_rows).Select(r => r.Entry)
                    .Where(e => e.Number < (before ?? long.MaxValue)
                        && (filter.Actor is null || e.Actor == filter.Actor)
                        && (filter.Action is not { } action || e.Action == action || e.Action.StartsWith(action + ".", StringComparison.Ordinal))
                        && (filter.Subject is null || e.Subject == filter.Subject))
                    .Take(limit),
            ]);
        }
    }

    public Task<IReadOnlyList<AuditLine>> Export(long after, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AuditLine>>([.. _rows.Where(r => r.Entry.Number > after).Take(limit).Select(r =>
                new AuditLine(r.Entry.Number, JsonSerializer.Serialize(
                    new
                    {
                        r.Entry.Number,
                        r.Entry.At,
                        r.Entry.Actor,
                        r.Entry.Action,
                        r.Entry.Subject,
                        Detail = JsonSerializer.Deserialize<JsonElement>(r.Entry.Detail),
                        Previous = Convert.ToHexStringLower(r.Previous),
                        Hash = Convert.ToHexStringLower(r.Hash),
                    },
                    WireJson.Options)))]);
        }
    }

    public Task<AuditCheck> Verify()
    {
        lock (embedded.Gate)
        {
            var findings = new List<string>();
            for (var i = 1; i < _rows.Count; i++)
            {
                var (before, row) = (_rows[i - 1], _rows[i]);
                if (row.Entry.Number != before.Entry.Number + 1)
                {
                    findings.Add($"entries {before.Entry.Number + 1} to {row.Entry.Number - 1} are missing");
                }
                else if (!row.Previous.AsSpan().SequenceEqual(before.Hash))
                {
                    findings.Add($"entry {before.Entry.Number} was edited, and its hash with it");
                }
            }

            findings.AddRange(_rows.Where(r => !r.Hash.AsSpan().SequenceEqual(Hash(r.Previous, r.Entry))).Select(r => $"entry {r.Entry.Number} was edited"));
            var last = _rows is [.., var end] ? end.Entry.Number : 0;
            if (last < _head.Number)
            {
                findings.Add($"the end after entry {last} was cut off, up to {_head.Number}");
            }

            return Task.FromResult(new AuditCheck(_rows.Count, findings));
        }
    }

    /// <summary>Under the lock: together with what is told of.</summary>
    public long AppendLocked(AuditNote note)
    {
        var entry = new AuditEntry(
            _head.Number + 1, time.GetUtcNow(), note.Actor, note.Action, note.Subject, JsonSerializer.Serialize(note.Detail, WireJson.Options));
        var hash = Hash(_head.Hash, entry);
        _rows.Add(new Row(entry, _head.Hash, hash));
        _head = (entry.Number, hash);
        if (_rows.Count > MaxEntries)
        {
            _rows.RemoveRange(0, MaxEntries / 10);
            _dropped += MaxEntries / 10;
        }

        return entry.Number;
    }

    internal static byte[] Hash(byte[] previous, AuditEntry entry) =>
        SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, WireJson.Options))]);

    internal sealed record Row(AuditEntry Entry, byte[] Previous, byte[] Hash);
}
