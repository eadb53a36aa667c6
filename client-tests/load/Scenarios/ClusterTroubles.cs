using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>What may happen to a cluster, and how soon all goes on afterwards. Whoever waits in the queue keeps the place.</summary>
internal sealed class ClusterTroubles(
    LoadOptions options, Wanderers all, SignalBook book, Population population, Returns returns, Instances instances, Report report)
{
    public static readonly string[] Names = ["rolling", "kill", "kill-leader", "freeze", "freeze-leader", "redis-kill", "redis-silent"];

    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RecoversWithin = TimeSpan.FromSeconds(60);

    /// <summary>Everybody loads the page again within this time, which spreads them over all instances.</summary>
    private static readonly TimeSpan Reload = TimeSpan.FromSeconds(3);

    /// <summary>By then everybody has noticed that their connection is gone.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <summary>Refusals later than this after all had recovered are a failure.</summary>
    private static readonly TimeSpan RefusalsEnd = TimeSpan.FromSeconds(10);

    private readonly string _control = options.Control ?? throw new StepFailedException("--control says how something is done to an instance or to Redis");
    private long _refusalsEnd;

    /// <summary>Hanging up always works; a signal or a new thing may have to be tried again.</summary>
    public bool Excuses(string method) => method != "EndCall" && Stopwatch.GetTimestamp() < Volatile.Read(ref _refusalsEnd);

    public async Task Make(string name, CancellationToken cancel)
    {
        all.InTrouble = true;
        book.Trouble();
        Volatile.Write(ref _refusalsEnd, long.MaxValue);
        await returns.Reload(population.Members, Reload, cancel);
        var bystanders = new Bystanders(population, all.Ledger);
        await bystanders.Connect(cancel);
        await bystanders.Wait(cancel);
        await Task.Delay(Quiet, cancel);
        var leader = await instances.Leader(cancel);
        switch (name)
        {
            case "rolling":
                for (var number = 1; number <= instances.Count; number++)
                {
                    await Do($"ask {number}", $"stop{number}", RecoversWithin, cancel, $"gone {number}");
                    await Control.Run(_control, $"start {number}", cancel);
                }

                break;
            case "kill" or "kill-leader":
                var killed = Chosen(name, leader);
                await Do($"kill {killed}", name, RecoversWithin, cancel);
                await Control.Run(_control, $"start {killed}", cancel);
                break;
            case "freeze" or "freeze-leader":
                var frozen = Chosen(name, leader);
                var begin = Stopwatch.GetTimestamp();
                await Do($"freeze {frozen}", name, Frozen, cancel);
                await Rest(begin, Frozen, cancel);
                await Do($"thaw {frozen}", $"{name}-thaw", RecoversWithin, cancel);
                break;
            default:
                var away = Stopwatch.GetTimestamp();
                await Control.Run(_control, name, cancel);
                await Rest(away, TimeSpan.FromSeconds(options.AwaySeconds), cancel);
                // Counted from when Redis hears again.
                await Control.Run(_control, name == "redis-kill" ? "redis-start" : "redis-hear", cancel);
                await Recover(Key(name), RecoversWithin, away, Task.CompletedTask, cancel);
                break;
        }

        all.InTrouble = false;
        book.Over();
        Volatile.Write(ref _refusalsEnd, Stopwatch.GetTimestamp() + (long)(RefusalsEnd.TotalSeconds * Stopwatch.Frequency));
        await Meet(name, bystanders, cancel);
    }

    private int Chosen(string name, int leader) =>
        name.EndsWith("-leader", StringComparison.Ordinal) ? leader : (leader % instances.Count) + 1;

    /// <summary>Does it; how soon all goes on is counted from when it has happened, and who was lost until <paramref name="over"/> is done.</summary>
    private async Task Do(string verb, string name, TimeSpan within, CancellationToken cancel, string? over = null)
    {
        var begin = Stopwatch.GetTimestamp();
        await Control.Run(_control, verb, cancel);
        await Recover(Key(name), within, begin, over is null ? Task.CompletedTask : Control.Run(_control, over, cancel), cancel);
    }

    private async Task Recover(string key, TimeSpan within, long begin, Task over, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(within);
        try
        {
            var first = new Recovery(all, population, returns.TrySignIn);
            var (watching, crossing) = (first.Watch(time.Token), first.Across(book, time.Token));
            var (match, chat, signUp) = await watching;
            report.Figure($"{key}MatchSeconds", match, "s");
            report.Figure($"{key}ChatSeconds", chat, "s");
            report.Figure($"{key}SignUpSeconds", signUp, "s");
            report.Figure($"{key}AcrossSeconds", await crossing, "s");
            await over.WaitAsync(time.Token);
            await Task.Delay(Noticed, time.Token);
            await returns.All(time.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            report.Fail($"{key}: not everything went on within {within.TotalSeconds} s");
        }

        var (away, lastBack) = returns.Since(begin);
        report.Figure($"{key}Lost", (long)away.Count);
        if (away.Count > 0)
        {
            report.Percentiles($"{key}Away", away);
            report.Figure($"{key}LastBackSeconds", lastBack, "s");
        }
    }

    private async Task Meet(string name, Bystanders bystanders, CancellationToken cancel)
    {
        try
        {
            var (queue, invite) = await bystanders.Meet(cancel).WaitAsync(RecoversWithin, cancel);
            report.Figure($"{Key(name)}WaitedSeconds", queue, "s");
            report.Figure($"{Key(name)}InviteSeconds", invite, "s");
        }
        catch (TimeoutException)
        {
            report.Fail($"after {name}, within {RecoversWithin.TotalSeconds} s: {bystanders.Progress}");
        }
    }

    private static Task Rest(long begin, TimeSpan time, CancellationToken cancel)
    {
        var left = time - Stopwatch.GetElapsedTime(begin);
        return left > TimeSpan.Zero ? Task.Delay(left, cancel) : Task.CompletedTask;
    }

    /// <summary><c>freeze-leader</c> as <c>freezeLeader</c>.</summary>
    private static string Key(string name) => string.Concat(name.Split('-').Select((word, at) => at == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
