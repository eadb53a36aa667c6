using System.Collections.Concurrent;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Realtime;

public sealed class InTurnTests
{
    private const int Capacity = 100;
    private readonly ConcurrentQueue<int> _done = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly InTurn _work;

    public InTurnTests() => _work = new InTurn(Capacity, _failures.Enqueue);

    [Fact]
    public async Task One_thing_is_done_after_the_other_also_if_it_waits()
    {
        for (var i = 0; i < Capacity / 2; i++)
        {
            var number = i;
            Assert.True(_work.Add(async () =>
            {
                await Task.Yield();
                _done.Enqueue(number);
            }));
        }

        await Eventually.Holds(() => _done.Count == Capacity / 2);
        Assert.Equal(Enumerable.Range(0, Capacity / 2), _done);
    }

    [Fact]
    public async Task What_fails_is_told_and_the_next_is_done()
    {
        _work.Add(() => throw new InvalidOperationException("at once"));
        _work.Add(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
        _work.Add(() =>
        {
            _done.Enqueue(1);
            return Task.CompletedTask;
        });

        await Eventually.Holds(() => _done.Count == 1);
        Assert.Equal(["at once", "later"], _failures.Select(f => f.Message));
    }

    [Fact]
    public async Task No_more_than_its_bound_waits()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        _work.Add(() =>
        {
            begun.SetResult();
            return gate.Task;
        });
        await begun.Task;
        for (var i = 0; i < Capacity; i++)
        {
            Assert.True(_work.Add(() => Task.CompletedTask));
        }

        Assert.False(_work.Add(() => Task.CompletedTask));
        Assert.Equal((Capacity, 1), (_work.Count, _work.Refused));
        gate.SetResult();
        await Eventually.Holds(() => _work.Add(() => Task.CompletedTask));
    }
}
