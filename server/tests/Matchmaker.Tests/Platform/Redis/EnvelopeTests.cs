using System.Text;
using Matchmaker.Platform.Redis;

namespace Matchmaker.Tests.Platform.Redis;

public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("a/1", 1, "signal", "{}")]
    [InlineData("7f3e/äö", long.MaxValue, "x", "")]
    public void What_is_written_is_read_again(string publisher, long sequence, string topic, string message)
    {
        var read = Envelope.Read(new Envelope(publisher, sequence, topic, Encoding.UTF8.GetBytes(message)).ToBytes())!.Value;

        Assert.Equal((publisher, sequence, topic, message), (read.Publisher, read.Sequence, read.Topic, Encoding.UTF8.GetString(read.Message.Span)));
    }

    [Fact]
    public void What_is_cut_short_anywhere_before_the_message_is_none_of_ours()
    {
        var whole = new Envelope("publisher", 9, "topic", ReadOnlyMemory<byte>.Empty).ToBytes();

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(Envelope.Read(whole.AsMemory(0, length)));
        }

        Assert.NotNull(Envelope.Read(whole));
    }

    [Fact]
    public void Another_version_is_none_of_ours()
    {
        var bytes = new Envelope("p", 1, "t", ReadOnlyMemory<byte>.Empty).ToBytes();
        bytes[0]++;

        Assert.Null(Envelope.Read(bytes));
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Envelope(new string('p', 256), 1, "t", default).ToBytes());
}
