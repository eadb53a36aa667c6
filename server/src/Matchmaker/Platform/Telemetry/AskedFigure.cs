using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Telemetry;

/// <summary>
/// A figure that somebody has to be asked for, such as the database. Whoever reads it waits for nobody: it is as it was last,
/// and is asked for again when that is <paramref name="every"/> ago, one question at a time, however many read. None while there
/// is no answer; nobody is asked while nobody reads.
/// </summary>
internal sealed class AskedFigure<T>(Func<Task<T>> ask, TimeSpan every, TimeProvider time, ILogger logger)
    where T : struct
{
    private readonly Lock _gate = new();
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private T? _answer;

    public T? Read()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted && (_askedAt is not { } at || time.GetElapsedTime(at) >= every))
            {
                _askedAt = time.GetTimestamp();
                _asking = Ask();
            }

            return _answer;
        }
    }

    private async Task Ask()
    {
        await Task.Yield(); // off the lock
        T? answer = null;
        try
        {
            answer = await ask();
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            // That is told of elsewhere; an old figure that looks like a new one would be wrong.
        }
        catch (Exception e)
        {
            TelemetryLog.FigureFailed(logger, e);
        }

        lock (_gate)
        {
            _answer = answer;
        }
    }
}
