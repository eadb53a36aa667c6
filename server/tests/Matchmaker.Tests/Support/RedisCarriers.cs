using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchmaker.Tests.Support;

/// <summary>Carriers of several instances of one test, quick to notice, and what their meters counted.</summary>
internal sealed class RedisCarriers : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RedisMetrics _metrics;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly List<RedisCarrier> _carriers = [];

    public RedisCarriers()
    {
        _metrics = new RedisMetrics(_services.GetRequiredService<IMeterFactory>());
        _listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _metrics.Sent.Meter)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.Start();
    }

    public long Count(string name) => _counts.GetValueOrDefault("matchmaker.redis." + name);

    /// <summary>Quick to notice, and slow enough for a busy machine.</summary>
    public static RedisOptions Options(string url) => new()
    {
        Url = url,
        Beat = TimeSpan.FromMilliseconds(100),
        Silence = TimeSpan.FromSeconds(1),
        CommandTimeout = TimeSpan.FromMilliseconds(500),
    };

    public async Task<RedisCarrier> Start(string instance, RedisOptions options, TimeProvider? time = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("RAILWAY_REPLICA_ID", instance)]).Build();
        var carrier = new RedisCarrier(
            new InstanceIdentity(configuration), Microsoft.Extensions.Options.Options.Create(options), _metrics,
            time ?? TimeProvider.System, NullLogger<RedisCarrier>.Instance);
        _carriers.Add(carrier);
        await carrier.StartAsync(CancellationToken.None);
        return carrier;
    }

    public async Task<RedisCarrier> StartUp(string instance, RedisOptions options)
    {
        var carrier = await Start(instance, options);
        await Eventually.Holds(() => carrier.IsUp);
        return carrier;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var carrier in _carriers)
        {
            await carrier.StopAsync(CancellationToken.None);
            carrier.Dispose();
        }

        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
