using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// Brings everybody back who loses their connection, by the rules of the client library: at first within a second, then
/// after twice the time, in a call after 3 s at most, never before the time that the server named.
/// </summary>
internal sealed class Returns
{
    private const double LongestWait = 15;
    private const double LongestWaitInCall = 3;
    private static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SignInPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly Population _population;
    private readonly Report _report;
    private readonly CancellationToken _cancel;
    private readonly ConcurrentDictionary<int, Member> _away = new();
    private readonly ConcurrentQueue<(long Lost, long Back)> _returned = new();

    public Returns(Population population, Report report, CancellationToken cancel)
    {
        (_population, _report, _cancel) = (population, report, cancel);
        population.Made = Follow;
        foreach (var member in population.Members)
        {
            Follow(member);
        }
    }

    /// <summary>What attempts to come back were refused with.</summary>
    public Tally Refused { get; } = new();

    /// <summary>Until everybody is back.</summary>
    public async Task All(CancellationToken cancel)
    {
        while (!_away.IsEmpty)
        {
            await Task.Delay(LookEvery, cancel);
        }
    }

    /// <summary>All of these load their page again, each at a moment of its own; until they are back.</summary>
    public async Task Reload(IReadOnlyList<Member> members, TimeSpan within, CancellationToken cancel)
    {
        await Task.WhenAll(members.Select(async member =>
        {
            await Task.Delay(within * Random.Shared.NextDouble(), cancel);
            await Leave(member, member.Hub, "loads the page again");
        }));
        await All(cancel);
    }

    /// <summary>Seconds that those who were lost since then were away, the last return in seconds since then, and how many.</summary>
    public (Latencies Away, double LastBack) Since(long begin)
    {
        var returned = _returned.Where(one => one.Lost >= begin).ToArray();
        var away = new Latencies(returned.Length);
        foreach (var (lost, back) in returned)
        {
            away.Add(back - lost);
        }

        return (away, returned.Length == 0 ? 0 : Stopwatch.GetElapsedTime(begin, returned.Max(one => one.Back)).TotalSeconds);
    }

    /// <summary>False when nobody answered well within 3 s.</summary>
    public async Task<bool> TrySignIn(Member member, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(SignInPatience);
        try
        {
            await _population.SignIn(member, patience.Token);
            return true;
        }
        catch (Exception failed) when (MayPass(failed) && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool MayPass(Exception failed) =>
        failed is RefusedException or HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException;

    private void Follow(Member member)
    {
        member.OnLost = lost => _ = Come(lost, lost.LostAt);
        member.OnDraining = (asked, seconds) => _ = Move(asked, seconds);
    }

    /// <summary>Asked to go elsewhere: the time is the server's, so that not all come at once.</summary>
    private async Task Move(Member member, int seconds)
    {
        try
        {
            var hub = member.Hub;
            await Task.Delay(TimeSpan.FromSeconds(seconds), _cancel);
            await Leave(member, hub, "asked to go to another instance");
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task Leave(Member member, HubConnection hub, string why)
    {
        if (member.Connected && member.Hub == hub)
        {
            await hub.Close();
            member.Lost(why);
        }
    }

    private async Task Come(Member member, long lost)
    {
        if (!_away.TryAdd(member.Number, member))
        {
            return;
        }

        try
        {
            int? retryAfter = null;
            for (var attempt = 0; ; attempt++)
            {
                await Task.Delay(TimeSpan.FromSeconds(Wait(attempt, member.CallId is not null, retryAfter)), _cancel);
                var times = member.TimesLost;
                if (await Connect(member) is not { } failed)
                {
                    if (member.TimesLost == times)
                    {
                        break;
                    }

                    continue;
                }

                retryAfter = (failed as RefusedException)?.RetryAfterSeconds;
            }

            _away.TryRemove(member.Number, out _);
            _returned.Enqueue((lost, Stopwatch.GetTimestamp()));
        }
        catch (OperationCanceledException)
        {
            // The run is over; who is still away is among the lost.
        }
        catch (Exception wrong)
        {
            _report.Fail($"user {member.Number} does not come back: {wrong.Message}");
        }
    }

    /// <summary>Why it did not work, this time.</summary>
    private async Task<Exception?> Connect(Member member)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        patience.CancelAfter(AttemptPatience);
        try
        {
            await _population.Connect(member, patience.Token);
            return null;
        }
        catch (Exception failed) when (MayPass(failed) && !_cancel.IsCancellationRequested)
        {
            Refused.Add((failed as RefusedException)?.Code ?? failed.GetType().Name);
            return failed;
        }
    }

    private static double Wait(int attempt, bool inCall, int? retryAfter)
    {
        var random = Random.Shared.NextDouble();
        var usual = attempt == 0 ? random : Math.Min(LongestWait, 0.5 * Math.Pow(2, attempt)) * (0.5 + random);
        var wait = inCall ? Math.Min(LongestWaitInCall, usual) : usual;
        return retryAfter is { } named ? Math.Max(wait, named * (1 + (0.25 * Random.Shared.NextDouble()))) : wait;
    }
}
