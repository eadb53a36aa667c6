using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Redis;

/// <summary>Redis carries between instances, if <c>REDIS_URL</c> names one.</summary>
internal static class RedisFeature
{
    /// <summary>After <c>AddRealtime</c>, whose carrier reaches nobody.</summary>
    public static void AddRedis(this IServiceCollection services)
    {
        services.AddSettings<RedisOptions>()
            .Must(Unreadable)
            .Must<RedisOptions, IOptions<PostgresOptions>>((o, postgres) => o.Url is null || postgres.Value.Url is not null
                ? null
                : "REDIS_URL needs DATABASE_URL: instances that share no rows have nothing to tell each other")
            .Must(o => o.Silence > o.Beat ? null : $"Redis__Silence ({SettingText.Of(o.Silence)}) must be longer than Redis__Beat ({SettingText.Of(o.Beat)})");
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<RedisCarrier>();
        services.AddSingleton<AloneCarrier>();
        services.Replace(ServiceDescriptor.Singleton<ICarrier>(provider => Url(provider) is null
            ? provider.GetRequiredService<AloneCarrier>()
            : provider.GetRequiredService<RedisCarrier>()));
        services.AddSingleton<RedisHealth>();
        services.AddSingleton<IHealthSection>(provider => provider.GetRequiredService<RedisHealth>());
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<RedisHealth>());
        services.AddBound<RedisHealth>("redis_queue", h => h.Queued, h => h.MaxQueued, h => h.Dropped);
        services.AddBound<RedisHealth>("redis_incoming_bytes", h => h.IncomingBytes, h => h.MaxIncomingBytes, h => h.NotHandled);
        services.AddHostedService<RedisHost>();
    }

    private static string? Url(IServiceProvider provider) => provider.GetRequiredService<IOptions<RedisOptions>>().Value.Url;

    private static string? Unreadable(RedisOptions options)
    {
        try
        {
            return options.Url is null || RedisUrl.Parse(options.Url).EndPoints.Count == 1 ? null : "REDIS_URL must name one host";
        }
        catch (FormatException e)
        {
            return e.Message; // ours, without the password
        }
    }

    /// <summary>Runs the carrier where there is one.</summary>
    private sealed class RedisHost(ICarrier carrier) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            (carrier as IHostedService)?.StartAsync(cancellationToken) ?? Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) =>
            (carrier as IHostedService)?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }
}
