using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>
/// Everybody watches the lobby; first nothing happens in it, then a few come and go at --rate a second for --hold seconds.
/// What that costs the server, and how late watchers hear of it. In the end each of the witnesses sees who is there.
/// </summary>
internal sealed class LobbyScenario : IScenario
{
    private const int Actors = 20;
    private const int Witnesses = 40;
    private const int UsualRate = 10;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    /// <summary>Changes of the other instance are found again every 10 s at the latest.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(12);

    private readonly ConcurrentDictionary<string, long> _shownAt = new();

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var (actors, watchers) = (population.Members[..Math.Min(Actors, options.Users / 2)], population.Members[Math.Min(Actors, options.Users / 2)..]);
        var rate = options.Rate == 0 ? UsualRate : options.Rate;
        var told = new Latencies(Witnesses * ((rate * options.HoldSeconds) + 1));
        var witnesses = watchers.Where((_, at) => at % Math.Max(1, watchers.Length / Witnesses) == 0).Take(Witnesses).Select(member => new Witness(member, _shownAt, told)).ToArray();
        await population.Each(watchers, async (member, token) => (await member.Hub.Invoke("WatchLobby", "[{}]", token)).Require());
        population.Settle("watch");

        var idle = report.Measure();
        await Task.Delay(Idle, cancel);
        report.Cpu("IdleSecond", idle, (long)Idle.TotalSeconds);

        var busy = report.Measure();
        var there = new bool[actors.Length];
        var lag = new Latencies(rate * options.HoldSeconds);
        var changes = new List<Task>();
        await Pace.Run(rate * options.HoldSeconds, rate, lag, next => Toggle(next % actors.Length), cancel);
        await Task.WhenAll(changes).WaitAsync(cancel);
        report.Figure("changes", (long)changes.Count);
        report.Cpu("BusySecond", busy, Math.Max(1, (long)busy.Seconds));
        report.Cpu("WatcherSecond", busy, watchers.Length * Math.Max(1, (long)busy.Seconds));
        report.Percentiles("shown", told);
        report.Percentiles("driverLag", lag);
        report.Figure("watchers", (long)watchers.Length);

        await Task.Delay(Settles, cancel);
        var expected = actors.Where((_, at) => there[at]).Select(actor => actor.Id).ToHashSet();
        foreach (var witness in witnesses)
        {
            report.Expect($"what user {witness.Member.Number} sees of who is there", true, witness.Sees(expected));
        }

        if (told.Count == 0)
        {
            report.Fail("nobody saw anybody come: nothing has been shown");
        }

        ValueTask Toggle(int at)
        {
            there[at] = !there[at];
            changes.Add(Change(actors[at], there[at], cancel));
            return ValueTask.CompletedTask;
        }
    }

    private async Task Change(Member actor, bool isThere, CancellationToken cancel)
    {
        if (isThere)
        {
            _shownAt[actor.Id] = Stopwatch.GetTimestamp();
        }

        (await actor.Hub.Invoke("SetAvailable", isThere ? "[true]" : "[false]", cancel)).Require();
    }

    /// <summary>A watcher whose view is kept; the others' are only received. Nobody was in the lobby when it began.</summary>
    private sealed class Witness
    {
        private readonly HashSet<string> _sees = [];

        public Witness(Member member, ConcurrentDictionary<string, long> shownAt, Latencies told)
        {
            Member = member;
            member.OnLobby = (change, at) =>
            {
                lock (_sees)
                {
                    _sees.ExceptWith(change.Removed ?? []);
                    foreach (var person in change.Added ?? [])
                    {
                        _sees.Add(person.Id);
                        told.Add(at - shownAt.GetValueOrDefault(person.Id, at));
                    }
                }
            };
        }

        public Member Member { get; }

        public bool Sees(HashSet<string> expected)
        {
            lock (_sees)
            {
                return _sees.SetEquals(expected);
            }
        }
    }
}
