using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Matchmaker.Load.Scenarios;

/// <summary>
/// Data that no other signal of the run has: a candidate of about 300 bytes or an offer of about 3 KB, stamped with
/// its lane and number. It holds escapes and letters beyond ASCII, which only bytes passed on untouched survive.
/// </summary>
internal sealed class SignalPayload
{
    public const int MaxLength = 4096;

    private const string Stamp = "LLLLLLLLSSSSSSSS";
    private readonly byte[] _template;
    private readonly int _stampAt;

    private SignalPayload(string kind, string template)
    {
        Kind = kind;
        _template = Encoding.UTF8.GetBytes(template);
        _stampAt = _template.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Stamp));
    }

    public static SignalPayload Ice { get; } = new("ice", IceText());

    public static SignalPayload Offer { get; } = new("offer", OfferText());

    public string Kind { get; }

    public int Length => _template.Length;

    /// <summary>Writes the data of one signal; gives its length.</summary>
    public int Write(Span<byte> to, int lane, int number)
    {
        _template.CopyTo(to);
        var eight = new StandardFormat('D', 8);
        Utf8Formatter.TryFormat(lane, to[_stampAt..], out _, eight);
        Utf8Formatter.TryFormat(number, to[(_stampAt + 8)..], out _, eight);
        return _template.Length;
    }

    /// <summary>The stamp of something that looks like this payload.</summary>
    public bool Read(ReadOnlySpan<byte> data, out int lane, out int number)
    {
        (lane, number) = (0, 0);
        return data.Length == _template.Length
            && Utf8Parser.TryParse(data.Slice(_stampAt, 8), out lane, out var read) && read == 8
            && Utf8Parser.TryParse(data.Slice(_stampAt + 8, 8), out number, out read) && read == 8;
    }

    private static string IceText() =>
        "{\"candidate\":\"candidate:842163049 1 udp 1677729535 203.0.113.27 46154 typ srflx " +
        $"raddr 192.168.17.4 rport 46154 generation 0 ufrag {Stamp} network-id 1 network-cost 10\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0," +
        "\"usernameFragment\":\"\\u003cq\\/7\\\"\\u00e9\\r\\n\"," +
        "\"note\":\"caf\u00e9 \u2713 \U0001F44B <&+'>\", \"spaced\" : [ 1, 2.50, 1e3 ] }";

    private static string OfferText()
    {
        var sdp = new StringBuilder("{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n");
        sdp.Append(CultureInfo.InvariantCulture, $"o=- {Stamp} 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n");
        sdp.Append("a=group:BUNDLE 0 1\\r\\na=msid-semantic: WMS \\u003cstream\\u003e caf\u00e9\\r\\n");
        for (var type = 96; sdp.Length < 3000; type++)
        {
            sdp.Append(CultureInfo.InvariantCulture, $"a=rtpmap:{type} VP9/90000\\r\\na=rtcp-fb:{type} nack pli\\r\\n");
        }

        return sdp.Append("\"}").ToString();
    }
}
