using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Logging;

/// <summary>
/// Lines on their way to standard output. A pipe that nobody empties blocks whoever writes to it, so one thread does, and what
/// does not find room here is dropped and counted: the server never waits for its log.
/// Invariant, held by <c>_lock</c>: <c>_bytes</c> is what <c>_lines</c> weigh together, at most the two bounds.
/// </summary>
internal sealed class LineWriter : IDisposable
{
    /// <summary>How long the last lines may take at the end; a reader who is gone gets no more than that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly Queue<byte[]> _lines = [];
    private readonly Stream _output;
    private readonly LogOptions _options;
    private readonly LoggingMetrics _metrics;
    private readonly TimeProvider _time;
    private Thread? _thread;
    private long _bytes;
    private long _dropped;
    private long _told;
    private bool _isClosed;

    public LineWriter(IOptions<LogOptions> options, LoggingMetrics metrics, TimeProvider time)
        : this(Console.OpenStandardOutput(), options, metrics, time)
    {
    }

    internal LineWriter(Stream output, IOptions<LogOptions> options, LoggingMetrics metrics, TimeProvider time) =>
        (_output, _options, _metrics, _time) = (output, options.Value, metrics, time);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    public int MaxCount => _options.MaxQueuedLines;

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(byte[] line)
    {
        lock (_lock)
        {
            if (!_isClosed && _lines.Count < _options.MaxQueuedLines && _bytes + line.Length <= _options.MaxQueuedBytes)
            {
                _lines.Enqueue(line);
                _bytes += line.Length;
                Begin();
                Monitor.Pulse(_lock);
                return;
            }

            _dropped++;
        }

        _metrics.Dropped.Add(1);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.Pulse(_lock);
        }

        _thread?.Join(Patience);
    }

    private void Begin()
    {
        if (_thread is null)
        {
            _thread = new Thread(WriteAll) { IsBackground = true, Name = "log" };
            _thread.Start();
        }
    }

    private void WriteAll()
    {
        while (Next() is { } line)
        {
            try
            {
                _output.Write(line);
                _output.Flush();
            }
            catch (IOException)
            {
                // Whoever read is gone. The next line finds out again; there is nowhere to say it.
            }
        }
    }

    /// <summary>The next line, before it how many were dropped; null at the end.</summary>
    private byte[]? Next()
    {
        lock (_lock)
        {
            while (_lines.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            if (_dropped > _told)
            {
                var lost = _dropped - _told;
                _told = _dropped;
                return LineFormat.Line(
                    _time.GetUtcNow(), LogLevel.Warning, typeof(LineWriter).FullName!, LoggingLog.DroppedEvent,
                    new Dictionary<string, object?> { ["Lines"] = lost }.ToList(), null,
                    $"{lost} lines of the log were dropped: standard output was not read", 0);
            }

            if (!_lines.TryDequeue(out var line))
            {
                return null;
            }

            _bytes -= line.Length;
            return line;
        }
    }
}
