using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Logging;

/// <summary>
/// The log of Production, in place of the framework's console, whose lines hosts do not understand and whose queue says in plain
/// text, to standard error, what it dropped. The keys of <c>Logging__Console__LogLevel</c> are this one's too.
/// </summary>
[ProviderAlias("Console")]
internal sealed class LineLogger(LineWriter writer, LogRates rates, IOptions<LogOptions> options, TimeProvider time) : ILoggerProvider
{
    /// <summary>What these tell below <c>Warning</c> holds query strings, addresses, arguments of hub methods, statements.</summary>
    private static readonly string[] _talkative = ["Microsoft.AspNetCore", "Npgsql", "System.Net"];

    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(
        categoryName,
        category => new Logger(this, category, IsTalkative(category) && !options.Value.FrameworkDetails ? LogLevel.Warning : LogLevel.Trace));

    public static bool IsTalkative(string category) =>
        _talkative.Any(prefix => category.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Lines that wait are written when the writer is disposed.</summary>
    public void Dispose()
    {
    }

    private void Write<TState>(
        LogLevel level, string category, EventId id, TState state, Exception? e, Func<TState, Exception?, string> format)
    {
        if (rates.TryPass(category, id.Id, level, out var suppressed))
        {
            writer.Add(LineFormat.Line(time.GetUtcNow(), level, category, id, state, e, format(state, e), suppressed));
        }
    }

    private sealed class Logger(LineLogger provider, string category, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Write(logLevel, category, eventId, state, exception, formatter);
            }
        }
    }
}
