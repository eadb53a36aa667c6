using System.Text;
using System.Text.Json;
using Matchmaker.Platform.Logging;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Platform.Logging;

public sealed class LineFormatTests
{
    private static readonly DateTimeOffset _at = new(2026, 3, 1, 12, 30, 5, 42, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(LogLevel.Trace, "debug")]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "error")]
    public void A_level_is_one_of_the_four_that_hosts_know(LogLevel level, string word) =>
        Assert.Equal(word, Line(level: level).GetProperty("level").GetString());

    [Fact]
    public void A_line_has_time_level_message_event_and_category()
    {
        var line = Line(id: new EventId(1001, "DatabaseAway"));

        Assert.Equal("2026-03-01T11:30:05.042Z", line.GetProperty("timestamp").GetString());
        Assert.Equal("said", line.GetProperty("message").GetString());
        Assert.Equal(1001, line.GetProperty("event").GetInt32());
        Assert.Equal("DatabaseAway", line.GetProperty("eventName").GetString());
        Assert.Equal("Category", line.GetProperty("category").GetString());
        Assert.Equal(["timestamp", "level", "message", "event", "eventName", "category"], line.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void The_state_has_scalars_only()
    {
        var id = Guid.NewGuid();
        var state = Line(state:
        [
            new("UserId", id), new("Count", 7), new("Share", 0.5), new("NoNumber", double.NaN), new("IsOn", true), new("Took", TimeSpan.FromSeconds(3)),
            new("Level", LogLevel.Warning), new("Nothing", null), new("List", new List<int> { 1, 2 }), new("Thing", new object()), new("{OriginalFormat}", "x"),
        ]).GetProperty("state");

        Assert.Equal(
            ["userId", "count", "share", "noNumber", "isOn", "took", "level", "nothing"], state.EnumerateObject().Select(p => p.Name));
        Assert.Equal(id, state.GetProperty("userId").GetGuid());
        Assert.Equal(7, state.GetProperty("count").GetInt32());
        Assert.Equal(0.5, state.GetProperty("share").GetDouble());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("noNumber").ValueKind);
        Assert.Equal("00:00:03", state.GetProperty("took").GetString());
    }

    [Fact]
    public void An_exception_is_one_text_in_the_same_line()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("first\r\nsecond", new FormatException("inner"));
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }

        var text = Line(e: thrown).GetProperty("exception").GetString();

        Assert.Contains("InvalidOperationException: first", text, StringComparison.Ordinal);
        Assert.Contains("FormatException: inner", text, StringComparison.Ordinal);
        Assert.Contains(nameof(An_exception_is_one_text_in_the_same_line), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_said_makes_one_line_of_JSON()
    {
        foreach (var text in new[] { "a\nb\r\nc", "quote \" and \\", "\0\u001b[31m", "\u2028\u2029", "\ud83d\ude00", "\ud83d alone", "<b>ü</b>" })
        {
            var bytes = Bytes(message: text, state: [new("Text", text)]);

            Assert.Equal((byte)'\n', bytes[^1]);
            Assert.Equal(1, bytes.Count(b => b is (byte)'\n' or (byte)'\r'));
            JsonDocument.Parse(bytes).Dispose();
        }
    }

    [Fact]
    public void A_line_is_bounded_and_no_character_is_cut_in_two()
    {
        var text = new string('x', LineFormat.MaxText - 1) + "\ud83d\ude00" + new string('y', 100_000);
        var bytes = Bytes(message: text, state: [new("Text", text)], e: new InvalidOperationException(new string('z', 100_000)));

        Assert.InRange(bytes.Length, 3 * LineFormat.MaxText, 4 * (LineFormat.MaxText + LineFormat.MaxException));
        Assert.DoesNotContain("\ufffd", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET http://host/hub?access_token=s3cret&id=1 - 101", "GET http://host/hub?access_token=(hidden)&id=1 - 101")]
    [InlineData("next=%2Fhub%3Faccess_token%3Ds3cret", "next=%2Fhub%3Faccess_token%3D(hidden)")]
    [InlineData("\"?Access_Token=s3cret\"", "\"?Access_Token=(hidden)\"")]
    [InlineData("access_token", "access_token")]
    public void A_hub_ticket_is_hidden_wherever_the_framework_puts_it(string said, string written)
    {
        var line = Line(message: said, state: [new("Query", said)], e: new InvalidOperationException(said));

        Assert.Equal(written, line.GetProperty("message").GetString());
        Assert.Equal(written, line.GetProperty("state").GetProperty("query").GetString());
        Assert.DoesNotContain("s3cret", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    private static JsonElement Line(
        LogLevel level = LogLevel.Information, string message = "said", EventId id = default, KeyValuePair<string, object?>[]? state = null, Exception? e = null)
    {
        var bytes = Bytes(level, message, id, state, e);
        return JsonDocument.Parse(bytes).RootElement;
    }

    private static byte[] Bytes(
        LogLevel level = LogLevel.Information, string message = "said", EventId id = default, KeyValuePair<string, object?>[]? state = null, Exception? e = null) =>
        LineFormat.Line(_at, level, "Category", id, state ?? [], e, message, 0);
}
