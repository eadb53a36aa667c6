using System.Diagnostics.Metrics;
using System.Text;
using Matchmaker.Platform.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Logging;

/// <summary>Lines, and a reader who does not read.</summary>
public sealed class LineWriterTests : IDisposable
{
    private static readonly LogOptions _options = new() { MaxQueuedLines = 100 };
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Pipe _pipe = new();

    public void Dispose()
    {
        _services.Dispose();
        _pipe.Dispose();
    }

    [Fact]
    public void What_was_added_is_written_in_order_before_the_end()
    {
        using (var writer = Writer())
        {
            _pipe.IsRead.Set();
            for (var i = 0; i < 50; i++)
            {
                writer.Add(Encoding.UTF8.GetBytes($"{i}\n"));
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), _pipe.Lines());
    }

    [Fact]
    public void Nobody_waits_for_a_reader_who_does_not_read_and_the_first_line_after_it_says_how_many_are_missing()
    {
        using (var writer = Writer())
        {
            writer.Add("first\n"u8.ToArray());
            _pipe.Writes.Wait(TestContext.Current.CancellationToken); // and stays in its write
            for (var i = 0; i < 1000; i++)
            {
                writer.Add(Encoding.UTF8.GetBytes($"{i}\n"));
            }

            Assert.Equal((100, 900), (writer.Count, writer.Dropped));
            _pipe.IsRead.Set();
        }

        var lines = _pipe.Lines();
        Assert.Equal(102, lines.Length);
        Assert.Contains("900 lines of the log were dropped", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"event\":1700", lines[1], StringComparison.Ordinal);
        Assert.Equal("0", lines[2]);
    }

    [Fact]
    public void Long_lines_are_bounded_by_their_bytes()
    {
        using var writer = Writer();
        writer.Add("first\n"u8.ToArray());
        _pipe.Writes.Wait(TestContext.Current.CancellationToken);
        for (var i = 0; i < 50; i++)
        {
            writer.Add(new byte[100_000]);
        }

        Assert.Equal(_options.MaxQueuedBytes / 100_000, writer.Count);
        _pipe.IsRead.Set();
    }

    [Fact]
    public void A_reader_who_is_gone_ends_nothing()
    {
        using (var writer = Writer())
        {
            _pipe.BreaksOnce = true;
            _pipe.IsRead.Set();
            writer.Add("lost\n"u8.ToArray());
            writer.Add("kept\n"u8.ToArray());
        }

        Assert.Equal(["kept"], _pipe.Lines());
    }

    private LineWriter Writer() =>
        new(_pipe, Options.Create(_options), new LoggingMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);

    /// <summary>A standard output whose writes stand until somebody reads.</summary>
    private sealed class Pipe : MemoryStream
    {
        public ManualResetEventSlim Writes { get; } = new();

        public ManualResetEventSlim IsRead { get; } = new();

        public bool BreaksOnce { get; set; }

        public string[] Lines() => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes.Set();
            IsRead.Wait();
            if (BreaksOnce)
            {
                BreaksOnce = false;
                throw new IOException("Broken pipe");
            }

            base.Write(buffer);
        }
    }
}
