using Matchmaker.Platform.Http;

namespace Matchmaker.Platform.Telemetry;

/// <summary>Counts the requests that are being answered; a hub connection is not one.</summary>
internal sealed class RequestCounter(RequestDelegate next, RequestFigures figures)
{
    public async Task Invoke(HttpContext context)
    {
        if (context.Request.Path.IsHub())
        {
            await next(context);
            return;
        }

        figures.Enter();
        try
        {
            await next(context);
        }
        finally
        {
            figures.Leave();
        }
    }
}

/// <summary>Requests now, the most at once, and all of them since the start.</summary>
internal sealed class RequestFigures : IHealthSection
{
    private int _active;
    private int _peak;
    private long _total;

    public string Name => "requests";

    public void Enter()
    {
        Interlocked.Increment(ref _total);
        var active = Interlocked.Increment(ref _active);
        for (var peak = Volatile.Read(ref _peak); active > peak;)
        {
            var seen = Interlocked.CompareExchange(ref _peak, active, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }

    public void Leave() => Interlocked.Decrement(ref _active);

    public object Describe() => new
    {
        Active = Volatile.Read(ref _active),
        Peak = Volatile.Read(ref _peak),
        Total = Interlocked.Read(ref _total),
    };
}
