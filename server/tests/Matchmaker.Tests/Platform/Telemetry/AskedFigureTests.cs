using Matchmaker.Platform.Telemetry;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Platform.Telemetry;

public sealed class AskedFigureTests : ILogger
{
    private readonly FakeTime _time = new();
    private readonly Queue<TaskCompletionSource<int>> _asked = new();
    private readonly List<int> _told = [];

    [Fact]
    public async Task It_is_asked_for_when_it_is_read_and_old_and_once_at_a_time()
    {
        var figure = Create();

        Assert.Null(figure.Read());
        await Eventually.Holds(() => _asked.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(figure.Read());
        Assert.Single(_asked); // still under way
        _asked.Dequeue().SetResult(7);
        await Eventually.Holds(() => figure.Read() == 7);
        await Eventually.Holds(() => _asked.Count == 1); // that read found the first one older than its time
        _asked.Dequeue().SetResult(8);
        await Eventually.Holds(() => figure.Read() == 8);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(8, figure.Read());
        Assert.Empty(_asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, figure.Read());
        await Eventually.Holds(() => _asked.Count == 1);
    }

    [Fact]
    public async Task There_is_none_when_there_was_no_answer()
    {
        var figure = Create();
        figure.Read();
        await Eventually.Holds(() => _asked.Count == 1);
        _asked.Dequeue().SetResult(7);
        await Eventually.Holds(() => figure.Read() == 7);

        _time.Advance(TimeSpan.FromSeconds(30));
        figure.Read();
        await Eventually.Holds(() => _asked.Count == 1);
        _asked.Dequeue().SetException(new TimeoutException());

        await Eventually.Holds(() => figure.Read() is null);
        Assert.Empty(_asked); // not again at once
        Assert.Empty(_told); // the database is away, which others tell
    }

    [Fact]
    public async Task A_question_that_is_wrong_is_told()
    {
        var figure = Create();
        figure.Read();
        await Eventually.Holds(() => _asked.Count == 1);
        _asked.Dequeue().SetException(new InvalidOperationException("a bug"));

        await Eventually.Holds(() => _told.SequenceEqual([1600]));
        Assert.Null(figure.Read());
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _told.Add(eventId.Id);

    private AskedFigure<int> Create() => new(
        () =>
        {
            var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Enqueue(answer);
            return answer.Task;
        },
        TimeSpan.FromSeconds(30), _time, this);
}
