using System.Diagnostics;

namespace Matchmaker.Load.Crowd;

/// <summary>How soon the first new things succeed after something was broken or mended; only what was begun afterwards counts.</summary>
/// <param name="trySignIn">False when it should be tried again.</param>
internal sealed class Recovery(Wanderers all, Population population, Func<Member, CancellationToken, Task<bool>> trySignIn)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private readonly TaskCompletionSource<long> _match = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _chat = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _across = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Seconds from now until the first match, acknowledged line and sign-up; waits for all three.</summary>
    public async Task<(double Match, double Chat, double SignUp)> Watch(CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        all.Ledger.Began = (_, at) => Hear(_match, begin, at);
        all.Wrote = sent => Hear(_chat, begin, sent);
        var signUp = SignUp(cancel);
        await Task.WhenAll(_match.Task, _chat.Task, signUp).WaitAsync(cancel);
        (all.Ledger.Began, all.Wrote) = (null, null);
        return (Seconds(begin, await _match.Task), Seconds(begin, await _chat.Task), Seconds(begin, await signUp));
    }

    /// <summary>Seconds from now until the first signal went from one instance to another.</summary>
    public async Task<double> Across(SignalBook book, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        book.Crossed = sent => Hear(_across, begin, sent);
        var at = await _across.Task.WaitAsync(cancel);
        book.Crossed = null;
        return Seconds(begin, at);
    }

    private static void Hear(TaskCompletionSource<long> first, long begin, long at)
    {
        if (at >= begin)
        {
            first.TrySetResult(Stopwatch.GetTimestamp());
        }
    }

    private static double Seconds(long begin, long end) => Stopwatch.GetElapsedTime(begin, end).TotalSeconds;

    private async Task<long> SignUp(CancellationToken cancel)
    {
        var newcomer = population.Another("female");
        while (!await trySignIn(newcomer, cancel))
        {
            await Task.Delay(LookEvery, cancel);
        }

        return Stopwatch.GetTimestamp();
    }
}
