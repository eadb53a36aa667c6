using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Settings;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Logging;

/// <summary>Where the log goes and in which form: lines of JSON, in Development text for people.</summary>
internal static class LoggingFeature
{
    /// <summary>The name of our form, beside those that the framework has.</summary>
    public const string Lines = "lines";

    /// <summary>The names that there are.</summary>
    public static readonly string[] Formats = [Lines, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd, ConsoleFormatterNames.Json];

    private const string FormatKey = "Logging:Console:FormatterName";

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<LogOptions>();
        services.AddSingleton<LoggingMetrics>();
        services.AddSingleton<LogRates>();
        services.AddSingleton<LineWriter>();
        services.AddBound<LineWriter>("log_lines", w => w.Count, w => w.MaxCount, w => w.Dropped);
        services.AddBound<LogRates>("log_kinds", r => r.Kinds, _ => LogRates.MaxKinds);
        builder.Logging.ClearProviders();
        if (Format(builder.Configuration, builder.Environment) == Lines)
        {
            services.AddSingleton<ILoggerProvider, LineLogger>();
            return;
        }

        builder.Logging.AddConsole();
        services.AddOptions<ConsoleLoggerOptions>().Configure<IOptions<LogOptions>>((console, logs) =>
        {
            console.FormatterName = Format(builder.Configuration, builder.Environment);
            // A pipe that nobody empties is no reason to stand still.
            console.MaxQueueLength = logs.Value.MaxQueuedLines;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }

    /// <summary>Warns of levels with which the framework would tell what is nobody's business.</summary>
    public static void SayWhatIsLogged(this WebApplication app)
    {
        var isHeldBack = Format(app.Configuration, app.Environment) == Lines
            && !app.Services.GetRequiredService<IOptions<LogOptions>>().Value.FrameworkDetails;
        var levels = app.Configuration.GetSection("Logging:LogLevel").GetChildren()
            .Concat(app.Configuration.GetSection("Logging:Console:LogLevel").GetChildren());
        foreach (var (category, text) in levels.Select(level => (level.Key, level.Value)))
        {
            if (!LineLogger.IsTalkative(category) || !Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) || level >= LogLevel.Warning)
            {
                continue;
            }

            if (isHeldBack)
            {
                LoggingLog.HeldBack(app.Logger, category, level.ToString());
            }
            else
            {
                LoggingLog.Talkative(app.Logger, category, level.ToString());
            }
        }
    }

    private static string Format(IConfiguration configuration, IHostEnvironment environment) => configuration[FormatKey] is { Length: > 0 } name
        ? Formats.FirstOrDefault(format => format.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? Lines
        : environment.IsDevelopment() ? ConsoleFormatterNames.Simple : Lines;
}
