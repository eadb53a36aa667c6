using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;

namespace Matchmaker.Tests.Features.Calls;

public class HistoryCursorTests
{
    [Fact]
    public void A_cursor_is_read_as_it_was_written()
    {
        var entry = new HistoryEntry(
            Guid.NewGuid(), Cards.Deleted(Guid.NewGuid()), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_560), 60,
            EndReason.Hangup, CallOrigin.Queue, false);

        Assert.Equal((entry.StartedAt, entry.CallId), HistoryCursor.Read(HistoryCursor.Write(entry)));
        Assert.Equal(32, HistoryCursor.Write(entry).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAA")]
    [InlineData("_____AAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("f_____AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_cursor_that_is_none_of_ours_is_refused(string text) => Assert.Null(HistoryCursor.Read(text));
}
