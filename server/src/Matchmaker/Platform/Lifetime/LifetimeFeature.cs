using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Lifetime;

/// <summary>Who this process is, whether it takes visitors, and how it stops.</summary>
internal static class LifetimeFeature
{
    public static void AddLifetime(this IServiceCollection services)
    {
        services.AddSettings<LifetimeOptions>();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = DrainingLifetime.CloseFor);
        services.AddSingleton<InstanceIdentity>();
        services.AddSingleton<Lifecycle>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<Lifecycle>());
        services.AddSingleton<IReadinessCheck, DatabaseReadiness>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostLifetime, DrainingLifetime>();
    }

    /// <summary>Something to be finished before the process stops; one after the other, in the order of registration.</summary>
    public static void AddDrainStep(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> finish) =>
        services.AddSingleton(provider => new DrainStep(cut => finish(provider, cut)));
}
