using System.Collections;
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
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Redis;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Matchmaker;

/// <summary><c>check-config</c>: the settings in force, secrets hidden, or the one that is wrong.</summary>
internal static class CheckConfig
{
    private const string Hidden = "(hidden)";

    private static readonly Type[] Sections =
    [
        typeof(AccountOptions), typeof(AdminOptions), typeof(CallOptions), typeof(HttpOptions), typeof(LifetimeOptions), typeof(MatchingOptions), typeof(MemoryOptions), typeof(PostgresOptions),
        typeof(PresenceOptions), typeof(PrivacyOptions), typeof(RateLimitOptions), typeof(RealtimeOptions), typeof(RedisOptions), typeof(ReportOptions), typeof(SafetyOptions), typeof(SignalingOptions), typeof(TelemetryOptions),
    ];

    public static async Task<int> Run(IServiceProvider services, TextWriter output)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        foreach (var section in Sections)
        {
            var name = (string)section.GetField("Section")!.GetRawConstantValue()!;
            var options = typeof(IOptions<>).MakeGenericType(section);
            var value = options.GetProperty("Value")!.GetValue(services.GetRequiredService(options));
            foreach (var property in section.GetProperties())
            {
                await output.WriteLineAsync($"{name}:{property.Name} = {Show(property.Name, property.GetValue(value))}");
            }
        }

        return 0;
    }

    private static object? Show(string name, object? value) => value switch
    {
        null => "(not set)",
        _ when name.Contains("Secret", StringComparison.Ordinal) || name.EndsWith("Credential", StringComparison.Ordinal) || name.Contains("Token", StringComparison.Ordinal) && value is string => Hidden,
        string url when name == "Url" && url.StartsWith("redis", StringComparison.Ordinal) => RedisUrl.Hide(url, Hidden),
        string url when name == "Url" => DatabaseUrl.Parse(url) is var c ? $"postgres://{c.Username}:{Hidden}@{c.Host}:{c.Port}/{c.Database}" : null,
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => value,
    };
}
