using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Postgres;

/// <summary>The database, and the choice between a store in memory and one in PostgreSQL.</summary>
internal static class PostgresFeature
{
    public static void AddPostgres(this IServiceCollection services)
    {
        services.AddSettings<PostgresOptions>()
            .Must(Unreadable)
            .Must(o => o.StatementTimeout < o.CommandTimeout
                ? null
                : $"Postgres__StatementTimeout ({SettingText.Of(o.StatementTimeout)}) must be shorter than Postgres__CommandTimeout ({SettingText.Of(o.CommandTimeout)}), "
                    + "or a slow statement costs its connection")
            .Must<PostgresOptions, IServiceProvider>((o, p) => WithoutDatabase(o, p.GetService<IHostEnvironment>(), p.GetService<IConfiguration>()));
        services.AddSingleton(provider => new Database(provider.GetRequiredService<IOptions<PostgresOptions>>().Value));
    }

    /// <summary>Says in one line where the state lives.</summary>
    public static void SayWhereStateLives(this WebApplication app)
    {
        if (app.Services.IsEmbedded())
        {
            PostgresLog.Embedded(app.Logger);
        }
    }

    /// <summary>Registers a contract with its two implementations; which one is used depends on <c>DATABASE_URL</c>.</summary>
    public static void AddStore<TContract, TInMemory, TPostgres>(this IServiceCollection services)
        where TContract : class
        where TInMemory : class, TContract
        where TPostgres : class, TContract
    {
        services.AddSingleton<TInMemory>();
        services.AddSingleton<TPostgres>();
        services.AddSingleton<TContract>(provider => provider.IsEmbedded()
            ? provider.GetRequiredService<TInMemory>()
            : provider.GetRequiredService<TPostgres>());
    }

    /// <summary>What a store is writing when the process is asked to stop is written first.</summary>
    public static void AddFlush<TPostgres>(this IServiceCollection services, Func<TPostgres, Func<CancellationToken, Task>> idle)
        where TPostgres : class =>
        services.AddDrainStep((provider, cut) => provider.IsEmbedded() ? Task.CompletedTask : idle(provider.GetRequiredService<TPostgres>())(cut));

    /// <summary>True without a database: everything lives in this process and ends with it.</summary>
    public static bool IsEmbedded(this IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<PostgresOptions>>().Value.Url is null;

    private static string? Unreadable(PostgresOptions options)
    {
        try
        {
            return options.Url is null || DatabaseUrl.Parse(options.Url).Host is not null ? null : "DATABASE_URL names no host";
        }
        catch (FormatException e)
        {
            return e.Message; // ours, without the password
        }
    }

    private static string? WithoutDatabase(PostgresOptions options, IHostEnvironment? environment, IConfiguration? configuration) =>
        configuration?["EMBEDDED"] switch
        {
            "true" => null,
            null or "" or "false" => options.Url is not null || environment?.IsProduction() is not true
                ? null
                : "DATABASE_URL is not set: in Production everything would be lost at each restart. EMBEDDED=true starts all the same",
            var text => $"EMBEDDED must be true or false, but is {SettingText.Given(text)}",
        };
}
