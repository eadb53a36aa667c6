using System.Collections;
using System.Reflection;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Admin;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Privacy;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Logging;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Redis;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Matchmaker;

/// <summary><c>check-config</c>: the settings in force, secrets hidden, or the one that is wrong.</summary>
internal static class CheckConfig
{
    /// <summary>Everything that can be set.</summary>
    internal static readonly Type[] Sections =
    [
        typeof(AccountOptions), typeof(AdminOptions), typeof(CallOptions), typeof(HttpOptions), typeof(LifetimeOptions), typeof(LogOptions),
        typeof(MatchingOptions), typeof(MemoryOptions), typeof(PostgresOptions), typeof(PresenceOptions), typeof(PrivacyOptions),
        typeof(RateLimitOptions), typeof(RealtimeOptions), typeof(RedisOptions), typeof(ReportOptions), typeof(SafetyOptions),
        typeof(SignalingOptions), typeof(TelemetryOptions),
    ];

    private const string Hidden = "(hidden)";

    public static async Task<int> Run(IServiceProvider services, TextWriter output)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        foreach (var section in Sections)
        {
            var name = SettingName.SectionOf(section);
            var options = typeof(IOptions<>).MakeGenericType(section);
            var value = options.GetProperty("Value")!.GetValue(services.GetRequiredService(options));
            foreach (var property in section.GetProperties())
            {
                var source = Source(configuration, section, property);
                await output.WriteLineAsync(
                    $"{name}:{property.Name} = {Show(property, property.GetValue(value))}{(source is null ? "" : $" (from {source})")}");
            }
        }

        return 0;
    }

    /// <summary>Who set it: the variable, or where its key stands; null for a default.</summary>
    private static string? Source(IConfiguration configuration, Type section, PropertyInfo property)
    {
        if (SettingName.VariableOf(property) is { } variable && configuration[variable.Name] is { Length: > 0 })
        {
            return variable.Name;
        }

        var key = $"{SettingName.SectionOf(section)}:{property.Name}";
        var provider = (configuration as IConfigurationRoot)?.Providers.Reverse()
            .FirstOrDefault(p => p.TryGet(key, out _) || p.GetChildKeys([], key).Any());
        return provider switch
        {
            null => null,
            JsonConfigurationProvider file => file.Source.Path,
            EnvironmentVariablesConfigurationProvider => SettingName.Of(key),
            _ => "the command line",
        };
    }

    private static object? Show(PropertyInfo property, object? value) => value switch
    {
        null => "(not set)",
        string url when property.Name == "Url" && url.StartsWith("redis", StringComparison.Ordinal) => RedisUrl.Hide(url, Hidden),
        string url when property.Name == "Url" => DatabaseUrl.Parse(url) is var c ? $"postgres://{c.Username}:{Hidden}@{c.Host}:{c.Port}/{c.Database}" : null,
        _ when SettingName.IsSecret(property) => Hidden,
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => value,
    };
}
