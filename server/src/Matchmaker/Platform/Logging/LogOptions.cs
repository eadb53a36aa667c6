using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Platform.Logging;

/// <summary>Lines on standard output. Section <c>Logs</c>; which levels are written stands in the framework's <c>Logging</c>.</summary>
internal sealed class LogOptions
{
    public const string Section = "Logs";

    /// <summary>Lines of one kind (an event of a category) at once: enough to see what happens.</summary>
    [Range(1, 10_000)]
    public int LinesAtOnce { get; set; } = 10;

    /// <summary>Lines of one kind a second after that: all kinds together stay under the 500 that a small host takes.</summary>
    [Range(0.01, 10_000)]
    public double LinesPerSecond { get; set; } = 1;

    /// <summary>Lines that wait to be written; more are dropped, for nobody waits for whoever reads them.</summary>
    [Range(10, 100_000)]
    public int MaxQueuedLines { get; set; } = 2000;

    /// <summary>The same in bytes; a line with a long exception has some ten thousand.</summary>
    [Range(65_536, 67_108_864)]
    public int MaxQueuedBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>
    /// Writes what the framework tells below <c>Warning</c> of requests, sockets and statements, if <c>Logging</c> asks for it: it
    /// has query strings with hub tickets in it, and what people say. Never with real people.
    /// </summary>
    public bool FrameworkDetails { get; set; }
}
