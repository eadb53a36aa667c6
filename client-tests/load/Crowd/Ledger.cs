using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// Everything of a run that the server has acknowledged and must therefore have: who was in which call and how it ended
/// for them, and the lines of chat. Compared with what the server says in the end by <see cref="LedgerAudit"/>.
/// </summary>
internal sealed class Ledger(Report report)
{
    /// <summary>More than an hour of a thousand people; what comes after is told, not remembered.</summary>
    private const int MaxCalls = 200_000;

    private static readonly HashSet<string> _asked = ["hangup", "next"];
    private readonly ConcurrentDictionary<string, LedgerCall> _calls = new();
    private readonly ConcurrentQueue<Member> _members = new();
    private long _lines;
    private long _forgotten;
    private long _unasked;

    public IEnumerable<LedgerCall> Calls => _calls.Values;

    /// <summary>Whose calls are all in it.</summary>
    public IReadOnlyCollection<Member> Members => _members;

    public int Count => _calls.Count;

    public long Lines => Interlocked.Read(ref _lines);

    public long Forgotten => Interlocked.Read(ref _forgotten);

    /// <summary>Ends that somebody heard and nobody asked for.</summary>
    public long Unasked => Interlocked.Read(ref _unasked);

    /// <summary>Told of every call when the first of the two hears of it: its origin, and when that was.</summary>
    public Action<string, long>? Began { get; set; }

    public LedgerCall? Find(string callId) => _calls.GetValueOrDefault(callId);

    /// <summary>Hears of all calls of this member from now on.</summary>
    public void Follow(Member member)
    {
        _members.Enqueue(member);
        member.OnStarted += call => Started(member, call);
        member.OnEnded += end => Ended(member, end);
        member.OnMissedEnd += callId => Find(callId)?.Missed(member.Number);
    }

    /// <summary>What an earlier run was told.</summary>
    public void Restore(Member member) => _members.Enqueue(member);

    public void Restore(LedgerCall call)
    {
        _calls[call.Id] = call;
        Interlocked.Add(ref _lines, call.Read().Lines.Count);
    }

    public void Trying(string callId) => Find(callId)?.Trying();

    public void Acknowledged(string callId, string lineId)
    {
        Interlocked.Increment(ref _lines);
        Find(callId)?.Acknowledged(Number(lineId));
    }

    /// <summary>An id as the 16 bytes that it is, because hundreds of thousands of texts would be most of the driver.</summary>
    public static Int128 Number(string id)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Base64Url.TryDecodeFromChars(id, bytes, out var length) && length == 16
            ? BinaryPrimitives.ReadInt128LittleEndian(bytes)
            : throw new RefusedException("bad_value", $"'{id}' is no id");
    }

    private void Started(Member member, CallStarted call)
    {
        var at = Stopwatch.GetTimestamp();
        if (!_calls.TryGetValue(call.CallId, out var known))
        {
            if (_calls.Count >= MaxCalls)
            {
                Interlocked.Increment(ref _forgotten);
                return;
            }

            var first = new LedgerCall(call.CallId, at);
            known = _calls.GetOrAdd(call.CallId, first);
            if (known == first)
            {
                Began?.Invoke(call.Origin, at);
            }
        }

        known.Started(member.Number, call.Partner.Id);
    }

    private void Ended(Member member, CallEnded end)
    {
        if (Forgotten == 0 && Find(end.CallId)?.Ended(member.Number, end) != true)
        {
            report.Fail($"user {member.Number} heard the end of call {end.CallId} twice, or not its start");
        }

        // A minute is agreed and nobody talks that long: the clock ends a call only if hanging up did not.
        if (!_asked.Contains(end.Reason))
        {
            Interlocked.Increment(ref _unasked);
            report.Fail($"call {end.CallId} of user {member.Number} ended with {end.Reason} after {end.Seconds} s, and nobody asked for that");
        }
    }
}
