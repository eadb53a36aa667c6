using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Scenarios;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// Every signal of a crowd, each with a stamp of its own. It may reach the partner of that call only, once and byte for
/// byte; one that was acknowledged must, unless the call was ending or something was done to the servers.
/// </summary>
internal sealed class SignalBook(Report report, Ledger ledger, int seconds, int people)
{
    /// <summary>What was on its way when the partner hung up or the trouble began may be lost.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(int From, int Number), Sent> _all = new();
    private readonly ConcurrentQueue<(long From, long To)> _troubles = new();
    private readonly ConcurrentDictionary<string, Member> _byId = new();
    private readonly Latencies _same = new(people * (seconds + 10));
    private readonly Latencies _across = new(people * (seconds + 10));
    private readonly Latencies _inTrouble = new(people * (seconds + 10));
    private int _last;
    private long _troubleFrom;

    /// <summary>Told of each that went from one instance to another, when it was sent.</summary>
    public Action<long>? Crossed { get; set; }

    public void Follow(Member member)
    {
        _byId[member.Id] = member;
        member.OnSignal = (callId, kind, data, at) => Heard(member, callId, kind, data, at);
    }

    /// <summary>From now until <see cref="Over"/> signals may be lost, and are timed apart.</summary>
    public void Trouble() => Volatile.Write(ref _troubleFrom, Stopwatch.GetTimestamp());

    public void Over()
    {
        _troubles.Enqueue((_troubleFrom, Stopwatch.GetTimestamp()));
        Volatile.Write(ref _troubleFrom, 0);
    }

    /// <summary>The next signal of this one to the partner: what is told of it, and its data.</summary>
    public (Sent Sent, string Data) Next(Member from, CallStarted call)
    {
        var to = _byId[call.Partner.Id];
        var number = Interlocked.Increment(ref _last);
        Span<byte> bytes = stackalloc byte[SignalPayload.MaxLength];
        var length = SignalPayload.Ice.Write(bytes, from.Number, number);
        var sent = new Sent(call.CallId, to, from.Instance != to.Instance, Stopwatch.GetTimestamp());
        _all[(from.Number, number)] = sent;
        return (sent, Encoding.UTF8.GetString(bytes[..length]));
    }

    public void Tell(double measuredSeconds)
    {
        var acknowledged = _all.Values.Where(sent => sent.IsAcknowledged).ToArray();
        var lost = acknowledged.Where(sent => sent.ArrivedAt == 0).ToArray();
        var excused = lost.Where(sent => IsExcused(sent)).ToArray();
        report.Figure("signalsAcknowledged", (long)acknowledged.Length);
        report.Figure("signalsAcross", acknowledged.LongCount(sent => sent.Across));
        report.Figure("signalsArrivedPerSecond", _all.Values.Count(sent => sent.ArrivedAt != 0) / measuredSeconds, "1/s");
        report.Figure("signalsLostInTroubleOrAtTheEnd", (long)excused.Length);
        report.Percentiles("same", _same);
        report.Percentiles("across", _across);
        if (_inTrouble.Count > 0)
        {
            report.Percentiles("arrivalInTrouble", _inTrouble);
        }

        foreach (var sent in lost.Except(excused))
        {
            report.Fail($"a signal of call {sent.CallId} was acknowledged and never reached user {sent.To.Number} ({(sent.Across ? "across" : "same instance")}, {AfterTrouble(sent):0.0} s after the last trouble)");
        }

        if (_across.Count == 0 || _same.Count == 0)
        {
            report.Fail("no signal went between two instances, or none within one: nothing has been shown");
        }
    }

    private void Heard(Member member, string callId, string kind, ReadOnlySpan<byte> data, long at)
    {
        Span<byte> expected = stackalloc byte[SignalPayload.MaxLength];
        if (!SignalPayload.Ice.Read(data, out var from, out var number) || !_all.TryGetValue((from, number), out var sent))
        {
            report.Fail($"user {member.Number} heard a signal that nobody sent: {Encoding.UTF8.GetString(data[..Math.Min(data.Length, 200)])}");
            return;
        }

        expected = expected[..SignalPayload.Ice.Write(expected, from, number)];
        if (sent.To != member || sent.CallId != callId || kind != SignalPayload.Ice.Kind || !data.SequenceEqual(expected))
        {
            report.Fail($"a signal of call {sent.CallId} to user {sent.To.Number} was heard by user {member.Number} as {kind} of {callId}");
            return;
        }

        if (!sent.Arrive(at))
        {
            report.Fail($"a signal of call {callId} reached user {member.Number} twice");
            return;
        }

        (IsTrouble(sent.At) ? _inTrouble : sent.Across ? _across : _same).Add(at - sent.At);
        if (sent.Across)
        {
            Crossed?.Invoke(sent.At);
        }
    }

    private bool IsTrouble(long at) => Volatile.Read(ref _troubleFrom) is var from and not 0 && at >= from - Ticks(OnItsWay);

    private bool IsExcused(Sent sent) =>
        _troubles.Any(trouble => sent.At >= trouble.From - Ticks(OnItsWay) && sent.At <= trouble.To)
        || (ledger.Find(sent.CallId)?.OverAt is var over and not 0 && over - sent.At < Ticks(OnItsWay));

    /// <summary>Seconds since the last trouble was over; 0 in one, and without any before.</summary>
    private double AfterTrouble(Sent sent) => _troubles.Any(trouble => sent.At >= trouble.From && sent.At <= trouble.To)
        ? 0
        : _troubles.Where(trouble => trouble.To < sent.At).Select(trouble => Stopwatch.GetElapsedTime(trouble.To, sent.At).TotalSeconds).DefaultIfEmpty().Min();

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>One signal.</summary>
    /// <param name="At">When it was sent, in Stopwatch ticks.</param>
    internal sealed record Sent(string CallId, Member To, bool Across, long At)
    {
        private long _arrivedAt;

        public bool IsAcknowledged { get; set; }

        public long ArrivedAt => Volatile.Read(ref _arrivedAt);

        /// <summary>False when it had arrived before.</summary>
        public bool Arrive(long at) => Interlocked.CompareExchange(ref _arrivedAt, at, 0) == 0;
    }
}
