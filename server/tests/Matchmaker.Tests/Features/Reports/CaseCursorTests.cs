using Matchmaker.Features.Reports;

namespace Matchmaker.Tests.Features.Reports;

public sealed class CaseCursorTests
{
    [Theory]
    [InlineData(true, 4.25)]
    [InlineData(false, 0.1)]
    public void A_cursor_is_read_as_it_was_written(bool isUrgent, double score)
    {
        var cursor = new CaseCursor(isUrgent, score, new DateTimeOffset(2026, 3, 1, 9, 30, 0, 123, TimeSpan.Zero).AddMicroseconds(456), Guid.NewGuid());
        Assert.Equal(cursor, CaseCursor.Read(cursor.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAA__________AAAAAAAAAAAAAAAAAAAAAA")]
    public void A_forged_one_is_none(string text) => Assert.Null(CaseCursor.Read(text));
}
