using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Pairs who share a language meet through the queue, then signal and chat: everything must reach the partner
/// only, in order, byte for byte and once.</summary>
internal sealed class CallScenario : IScenario
{
    // ISO 639-2 leaves qaa..qtz to private use: 520 wishes that exclude each other and that no real user has.
    private const int Languages = 520;

    private static readonly TimeSpan StrayShows = TimeSpan.FromSeconds(1);

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var couples = await new QueueMeeting(population, report, cancel)
            .Meet(member => $"{{\"languages\":[\"{Language(member)}\"]}}", perSecond: 0);
        foreach (var couple in couples)
        {
            report.Expect($"language of call {couple.CallId}", Language(couple.First), Language(couple.Second));
        }

        report.Figure("signals", (long)couples.Length * 2 * options.Signals);
        await Signal(couples, population, options, report, cancel);
        await new Chatter(couples, options.Chats, report).Run(population, cancel);
        await Couple.EndAll(couples, population, report);
    }

    private static async Task Signal(
        Couple[] couples, Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var total = couples.Length * 2 * options.Signals;
        var latencies = new Latencies(total);
        var lag = new Latencies(total);
        var missing = total;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Lane Between(int number, Member from, Member to, string callId) => new(number, from, to, callId, options, latencies, report, Arrived);
        Lane[] lanes = [.. couples.SelectMany((couple, at) => (Lane[])[
            Between(at * 2, couple.First, couple.Second, couple.CallId),
            Between((at * 2) + 1, couple.Second, couple.First, couple.CallId)])];

        var phase = report.Measure();
        try
        {
            await SendAll();
            await all.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            var (slowest, count) = lanes.Select((lane, at) => (at, lane.Count)).MinBy(lane => lane.Count);
            var refused = population.Members.FirstOrDefault(member => member.Hub.PostedRefused > 0)?.Hub.PostedRefusal;
            throw new StepFailedException(
                $"signals: {missing} of {total} never arrived; lane {slowest} got {count} of {options.Signals}; refused with: {refused ?? "nothing"}");
        }

        var seconds = phase.Seconds;
        report.Cpu("Signal", phase, total);
        report.Figure("signalBytesMean", lanes.Sum(lane => lane.Bytes) / (double)total, "B");
        report.Figure("signalsPerSecond", total / seconds, "1/s");
        report.Percentiles("relay", latencies);
        if (options.Rate > 0)
        {
            report.Percentiles("driverLag", lag);
        }

        await Task.Delay(StrayShows, cancel);
        foreach (var member in population.Members)
        {
            report.Expect($"signals of user {member.Number} acknowledged", options.Signals, member.Hub.PostedOk);
            report.Expect($"signals of user {member.Number} refused ({member.Hub.PostedRefusal})", 0, member.Hub.PostedRefused);
        }

        void Arrived()
        {
            if (Interlocked.Decrement(ref missing) == 0)
            {
                all.TrySetResult();
            }
        }

        Task SendAll() => options.Rate == 0
            ? Task.WhenAll(lanes.Select(lane => lane.SendAll(cancel)))
            : Pace.Run(total, options.Rate, lag, next => lanes[next % lanes.Length].SendNext(cancel), cancel);
    }

    private static string Language(Member member)
    {
        var index = member.Number / 2 % Languages;
        return $"q{(char)('a' + (index / 26))}{(char)('a' + (index % 26))}";
    }
}
