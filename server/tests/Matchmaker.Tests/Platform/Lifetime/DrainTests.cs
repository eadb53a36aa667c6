using Matchmaker.Platform.Lifetime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Lifetime;

public sealed class DrainTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly ApplicationLifetime _host = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly LifetimeOptions _options = new();
    private readonly Lifecycle _lifecycle;
    private readonly Readiness _readiness;
    private Drain? _drain;

    public DrainTests()
    {
        _lifecycle = new Lifecycle(_host);
        _host.NotifyStarted();
        _readiness = new Readiness([_lifecycle], _time, NullLogger<Readiness>.Instance);
    }

    private bool IsStopping => _host.ApplicationStopping.IsCancellationRequested;

    public void Dispose() => _drain?.Dispose();

    [Fact]
    public async Task The_host_stops_after_the_last_step_and_the_steps_come_one_after_the_other()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var begun = new List<string>();
        var draining = Begin(Step("first", first), Step("second", second));

        await Eventually.Holds(() => begun.Count == 1);
        first.SetResult();
        await Eventually.Holds(() => begun.Count == 2);
        Assert.Equal(["first", "second"], begun);
        Assert.False(IsStopping);
        second.SetResult();
        await draining;
        Assert.True(IsStopping);

        Func<CancellationToken, Task> Step(string name, TaskCompletionSource done) => _ =>
        {
            begun.Add(name);
            return done.Task;
        };
    }

    [Fact]
    public async Task Nobody_new_is_taken_from_the_first_moment_also_by_whoever_has_just_asked()
    {
        Assert.True((await _readiness.Look()).IsReady);

        var draining = Begin(cut => Task.Delay(Timeout.Infinite, cut));

        Assert.True(_lifecycle.IsDraining);
        Assert.Equal(["draining"], (await _readiness.Look()).Reasons);
        await _drain!.Begin();
        await draining;
    }

    [Fact]
    public async Task What_does_not_end_is_cut_when_the_time_is_over_and_not_before()
    {
        var begun = new TaskCompletionSource();
        var draining = Begin(_ =>
        {
            begun.SetResult();
            return new TaskCompletionSource().Task;
        });
        await begun.Task;

        _time.Advance(_options.DrainFor - TimeSpan.FromMilliseconds(1));
        await Task.Delay(20);
        Assert.False(draining.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await draining;

        Assert.True(IsStopping);
    }

    [Fact]
    public async Task Asked_again_it_stops_at_once()
    {
        var draining = Begin(_ => new TaskCompletionSource().Task);
        await Task.Delay(20);
        Assert.False(IsStopping);

        await _drain!.Begin();

        Assert.True(draining.IsCompleted);
        Assert.True(IsStopping);
    }

    [Fact]
    public async Task A_step_that_fails_does_not_keep_the_process()
    {
        await Begin(_ => throw new InvalidOperationException());

        Assert.True(IsStopping);
    }

    private Task Begin(params Func<CancellationToken, Task>[] steps)
    {
        _drain = new Drain(
            _lifecycle, _readiness, steps.Select(s => new DrainStep(s)), _host, Options.Create(_options), _time, NullLogger<Drain>.Instance);
        return _drain.Begin();
    }
}
