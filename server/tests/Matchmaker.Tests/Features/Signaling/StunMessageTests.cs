using System.Text;
using Matchmaker.Features.Signaling;

namespace Matchmaker.Tests.Features.Signaling;

public sealed class StunMessageTests
{
    private static readonly byte[] _id = Convert.FromHexString("78AD3433C6AD72C029DA412E");

    /// <summary>The sample of RFC 5769, 2.4.</summary>
    [Fact]
    public void A_request_is_signed_as_the_protocol_wants_it()
    {
        var login = new StunLogin("マトリックス", "TheMatrIX", "example.org"u8.ToArray(), "f//499k954d6OL34oL9FSTvy64sA"u8.ToArray());

        Assert.Equal(
            "000100602112A44278AD3433C6AD72C029DA412E"
            + "00060012E3839EE38388E383AAE38383E382AFE382B90000"
            + "0015001C662F2F3439396B39353464364F4C33346F4C39465354767936347341"
            + "0014000B6578616D706C652E6F726700"
            + "00080014F67024656DD64A3E02B8E0712E85C9A28CA89666",
            Convert.ToHexString(StunMessage.Request(StunMethod.Binding, _id, login)));
    }

    [Fact]
    public void An_answer_tells_its_error_realm_and_nonce()
    {
        var answer = StunMessage.Read(Refusal(StunMethod.Allocate), StunMethod.Allocate, _id)!;

        Assert.Equal((401, "test", "one"), (answer.Error!.Value, Encoding.UTF8.GetString(answer.Realm!), Encoding.UTF8.GetString(answer.Nonce!)));
        Assert.Null(StunMessage.Read([1, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. _id], StunMethod.Binding, _id)!.Error);
    }

    [Fact]
    public void What_is_no_answer_to_this_request_is_none()
    {
        var good = Refusal(StunMethod.Allocate);
        Assert.Null(StunMessage.Read(good, StunMethod.Binding, _id));
        Assert.Null(StunMessage.Read(good, StunMethod.Allocate, new byte[12]));
        Assert.Null(StunMessage.Read(StunMessage.Request(StunMethod.Allocate, _id), StunMethod.Allocate, _id));
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Null(StunMessage.Read(good.AsSpan(0, length), StunMethod.Allocate, _id));
        }
    }

    /// <summary>Whatever is in it, an answer is read to its end and no further.</summary>
    [Fact]
    public void No_answer_breaks_the_reader()
    {
        var random = new Random(7);
        var read = 0;
        for (var turn = 0; turn < 20_000; turn++)
        {
            var packet = Refusal(StunMethod.Allocate);
            for (var change = 0; change < 3; change++)
            {
                packet[random.Next(StunMessage.HeaderLength, packet.Length)] = (byte)random.Next(256);
            }

            read += StunMessage.Read(packet, StunMethod.Allocate, _id) is null ? 0 : 1;
        }

        Assert.InRange(read, 1, 19_999);
    }

    private static byte[] Refusal(StunMethod method)
    {
        byte[] body = [0, 9, 0, 4, 0, 0, 4, 1, 0, 20, 0, 4, .. "test"u8, 0, 21, 0, 3, .. "one"u8, 0];
        return [1, (byte)(0x10 | (int)method), 0, (byte)body.Length, 0x21, 0x12, 0xA4, 0x42, .. _id, .. body];
    }
}
