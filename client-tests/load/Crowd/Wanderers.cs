using System.Collections.Concurrent;
using System.Text;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Scenarios;

namespace Matchmaker.Load.Crowd;

/// <summary>People who wander, and what they share: their ledger, their figures and what they send.</summary>
internal sealed class Wanderers
{
    private readonly Wanderer[] _all;
    private int _inCall;
    private volatile bool _inTrouble;

    public Wanderers(Report report, IReadOnlyList<Member> members, int seconds, int seed)
    {
        Report = report;
        Ledger = new Ledger(report);
        Joins = new(members.Count * ((seconds / 5) + 2));
        Signals = new(members.Count * (seconds + 10));
        Chats = new(members.Count * ((seconds / 2) + 10));
        SignalsInTrouble = new(members.Count * (seconds + 10));
        ChatsInTrouble = new(members.Count * ((seconds / 2) + 10));
        foreach (var member in members)
        {
            Ledger.Follow(member);
        }

        _all = [.. members.Select(member => new Wanderer(member, members, new Random((seed * 1_000_003) + member.Number), this))];
    }

    public Report Report { get; }

    public Ledger Ledger { get; }

    public Timings Joins { get; }

    public Timings Signals { get; }

    public Timings Chats { get; }

    /// <summary>The same while <see cref="InTrouble"/>.</summary>
    public Timings SignalsInTrouble { get; }

    public Timings ChatsInTrouble { get; }

    public Timings Calls { get; } = new(0);

    public Tally Refused { get; } = new();

    public string Candidate { get; } = Text(SignalPayload.Ice);

    public int PeopleInCalls => Volatile.Read(ref _inCall);

    /// <summary>Something is done to the server now, and what is measured meanwhile is kept apart.</summary>
    public bool InTrouble
    {
        get => _inTrouble;
        set => _inTrouble = value;
    }

    /// <summary>Whether a method may be refused with <c>unavailable</c> now, besides an invite, which always may.</summary>
    public Func<string, bool> Excuses { get; set; } = _ => false;

    /// <summary>When every single signal is followed.</summary>
    public SignalBook? Book { get; set; }

    /// <summary>Who had a place in the queue and came back to none, from when they joined.</summary>
    public ConcurrentQueue<(Member Member, long Joined)> WithoutPlace { get; } = new();

    /// <summary>Told of each acknowledged line when it was sent, in Stopwatch ticks.</summary>
    public Action<long>? Wrote { get; set; }

    /// <summary>Everybody at their own pace for that long; then all hang up, leave and stay connected.</summary>
    public Task Wander(TimeSpan time, CancellationToken cancel) =>
        Task.WhenAll(_all.Select(one => Wander(one, time, cancel)));

    /// <summary>Places in the queue that are gone although no call came of them.</summary>
    public int PlacesLost() => WithoutPlace.Count(one => !Ledger.Calls.Any(call =>
        call.Began >= one.Joined && call.Read().Sides.Any(side => side.Key == one.Member.Number || side.Value.PartnerId == one.Member.Id)));

    public void InCall(int more) => Interlocked.Add(ref _inCall, more);

    public void Tell()
    {
        Report.Figure("callsBothSides", Calls.Total);
        Report.Figure("signals", Signals.Total + SignalsInTrouble.Total);
        Report.Figure("chats", Chats.Total + ChatsInTrouble.Total);
        Report.Percentiles("join", Joins.Latencies);
        Report.Percentiles("signal", Signals.Latencies);
        Report.Percentiles("chat", Chats.Latencies);
        if (SignalsInTrouble.Total > 0)
        {
            Report.Percentiles("signalInTrouble", SignalsInTrouble.Latencies);
            Report.Percentiles("chatInTrouble", ChatsInTrouble.Latencies);
        }

        Report.Text("refused", Refused.ToString());
        if (Calls.Total == 0 || Signals.Total + SignalsInTrouble.Total == 0 || Chats.Total + ChatsInTrouble.Total == 0)
        {
            Report.Fail("nobody met, signalled or wrote: nothing has been shown");
        }
    }

    private async Task Wander(Wanderer one, TimeSpan time, CancellationToken cancel)
    {
        try
        {
            await one.Wander(time, cancel);
        }
        catch (Exception stopped) when (!cancel.IsCancellationRequested)
        {
            // Said now: whatever the others see of it comes before the end of the run.
            Report.Fail($"user {one.Number} wanders no more: {stopped.Message}");
            throw;
        }
    }

    private static string Text(SignalPayload payload)
    {
        Span<byte> bytes = stackalloc byte[SignalPayload.MaxLength];
        return Encoding.UTF8.GetString(bytes[..payload.Write(bytes, 1, 1)]);
    }
}
