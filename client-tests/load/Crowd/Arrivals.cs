using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>People who keep coming, watch the lobby and stay, until the server refuses them; then all of them leave.</summary>
internal sealed class Arrivals(Population population, Report report, LoadOptions options)
{
    /// <summary>So long after the first refusal more are tried.</summary>
    private static readonly TimeSpan Persist = TimeSpan.FromSeconds(10);

    private readonly List<Member> _here = [];
    private readonly Lock _gate = new();
    private readonly List<long> _refusedAt = [];
    private int _others;

    /// <summary>When they were refused, in Stopwatch ticks.</summary>
    public IReadOnlyList<long> RefusedAt
    {
        get
        {
            lock (_gate)
            {
                return [.. _refusedAt];
            }
        }
    }

    /// <summary>Comes at --rate a second, at most --arrivals; true when they were refused.</summary>
    public async Task<bool> Come(CancellationToken cancel)
    {
        var coming = new List<Task>();
        var begin = Stopwatch.GetTimestamp();
        var each = TimeSpan.FromSeconds(1.0 / Math.Max(1, options.Rate));
        using var timer = new PeriodicTimer(each);
        while (coming.Count < options.Arrivals && !Persisted() && await timer.WaitForNextTickAsync(cancel))
        {
            coming.Add(Arrive(cancel));
        }

        await Task.WhenAll(coming);
        report.Figure("arrived", (long)_here.Count);
        report.Figure("arrivalsRefused", (long)RefusedAt.Count);
        report.Figure("arrivalSeconds", Stopwatch.GetElapsedTime(begin).TotalSeconds, "s");
        report.Expect("arrivals refused for another reason", 0, _others);
        return RefusedAt.Count > 0;
    }

    public async Task Leave() =>
        await Parallel.ForEachAsync(_here, async (member, _) => await member.Leave());

    private bool Persisted() => RefusedAt is [var first, ..] && Stopwatch.GetElapsedTime(first) > Persist;

    private async Task Arrive(CancellationToken cancel)
    {
        var member = population.Another("unspecified");
        try
        {
            await population.SignIn(member, cancel);
            await population.Connect(member, cancel);
            (await member.Hub.Invoke("SetAvailable", "[true]", cancel)).Require();
            (await member.Hub.Invoke("WatchLobby", "[{}]", cancel)).Require();
            lock (_gate)
            {
                _here.Add(member);
            }
        }
        catch (RefusedException refused) when (refused is { Code: "unavailable" or "server_full", RetryAfterSeconds: not null })
        {
            lock (_gate)
            {
                _refusedAt.Add(Stopwatch.GetTimestamp());
            }
        }
        catch (RefusedException refused)
        {
            Interlocked.Increment(ref _others);
            report.Fail($"arrival {member.Number}: {refused.Message}");
        }
    }
}
