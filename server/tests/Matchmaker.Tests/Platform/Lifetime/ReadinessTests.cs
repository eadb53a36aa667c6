using Matchmaker.Platform.Lifetime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchmaker.Tests.Platform.Lifetime;

public sealed class ReadinessTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task All_that_is_wrong_is_named_and_one_that_matters_is_enough()
    {
        var report = await Of(new Check(null), new Check(new Unready("database")), new Check(new Unready("redis", Degraded: true))).Look();

        Assert.False(report.IsReady);
        Assert.Equal("not_ready", report.Status);
        Assert.Equal(["database", "redis"], report.Reasons);
    }

    [Fact]
    public async Task A_degraded_instance_is_still_ready()
    {
        var report = await Of(new Check(new Unready("redis", Degraded: true))).Look();

        Assert.True(report.IsReady);
        Assert.Equal("degraded", report.Status);
    }

    [Fact]
    public async Task A_check_is_asked_once_a_second_however_many_look()
    {
        var check = new Check(null);
        var readiness = Of(check);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => readiness.Look()));
        Assert.Equal(1, check.Asked);

        _time.Advance(TimeSpan.FromSeconds(0.9));
        await readiness.Look();
        Assert.Equal(1, check.Asked);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await readiness.Look();
        Assert.Equal(2, check.Asked);
    }

    [Fact]
    public async Task A_check_that_throws_or_hangs_is_not_in_order_and_the_next_look_asks_again()
    {
        Assert.Equal(["check_failed"], (await Of(new Check(null) { Throws = true }).Look()).Reasons);

        var hanging = new Check(null) { Hangs = true };
        var readiness = Of(hanging);
        var look = readiness.Look();
        for (var i = 0; i < 500 && hanging.Asked == 0; i++)
        {
            await Task.Delay(10);
        }

        while (!look.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        Assert.Equal(["check_failed"], (await look).Reasons);
        hanging.Hangs = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await readiness.Look()).IsReady);
    }

    private Readiness Of(params IReadinessCheck[] checks) => new(checks, _time, NullLogger<Readiness>.Instance);

    private sealed class Check(Unready? answer) : IReadinessCheck
    {
        public int Asked { get; private set; }

        public bool Throws { get; set; }

        public bool Hangs { get; set; }

        async ValueTask<Unready?> IReadinessCheck.Check()
        {
            Asked++;
            if (Throws)
            {
                throw new InvalidOperationException();
            }

            await (Hangs ? new TaskCompletionSource().Task : Task.CompletedTask);
            return answer;
        }
    }
}
