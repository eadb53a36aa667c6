using System.Text;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Scenarios;

namespace Matchmaker.Load.Crowd;

/// <summary>What all wanderers of a run share: their figures and what they send.</summary>
internal sealed class Wanderers(Report report, int users, int seconds)
{
    private int _inCall;

    public Report Report => report;

    public Timings Joins { get; } = new(users * ((seconds / 5) + 2));

    public Timings Signals { get; } = new(users * (seconds + 10));

    public Timings Chats { get; } = new(users * (seconds + 10));

    public Timings Calls { get; } = new(0);

    public Tally Refused { get; } = new();

    public string Candidate { get; } = Text(SignalPayload.Ice);

    public int PeopleInCalls => Volatile.Read(ref _inCall);

    public void InCall(int more) => Interlocked.Add(ref _inCall, more);

    private static string Text(SignalPayload payload)
    {
        Span<byte> bytes = stackalloc byte[SignalPayload.MaxLength];
        return Encoding.UTF8.GetString(bytes[..payload.Write(bytes, 1, 1)]);
    }
}

/// <summary>How long each of many took until it was answered, and how many there were.</summary>
internal sealed class Timings(int capacity)
{
    private long _count;

    public Latencies Latencies { get; } = new(capacity);

    public long Total => Interlocked.Read(ref _count);

    public void Count() => Interlocked.Increment(ref _count);

    public async Task<bool> Time(Func<Task<bool>> act)
    {
        var begin = System.Diagnostics.Stopwatch.GetTimestamp();
        var done = await act();
        Latencies.Add(System.Diagnostics.Stopwatch.GetTimestamp() - begin);
        Count();
        return done;
    }
}
