using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Matchmaker.Tests.Support;

/// <summary>
/// What answers at the port of a TURN server, over UDP and TCP: with the code that a test wants for those who show
/// credentials, or not at all. It looks at no password; coturn does, in the tests of what is shipped.
/// </summary>
internal sealed class TurnStub : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _requests;

    public TurnStub()
    {
        _tcp = new TcpListener(IPAddress.Loopback, 0);
        _tcp.Start();
        _udp.Bind(_tcp.LocalEndpoint);
        Address = _tcp.LocalEndpoint.ToString()!;
        _serving = Task.WhenAll(ServeUdp(), ServeTcp());
    }

    public const int Yes = 200;
    public const int Silence = 0;

    /// <summary>For an Allocate with credentials.</summary>
    public int Code { get; set; } = Yes;

    /// <summary>Sent before each answer.</summary>
    public byte[]? Before { get; set; }

    /// <summary>Requests that are not answered before one is, over UDP.</summary>
    public int Lost { get; set; }

    public int Requests => Volatile.Read(ref _requests);

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeUdp()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (Lost > 0)
                {
                    Lost--;
                    continue;
                }

                foreach (var packet in Answers(buffer.AsSpan(0, got.ReceivedBytes)))
                {
                    await _udp.SendToAsync(packet, got.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeTcp()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                for (int got; (got = await client.GetStream().ReadAsync(buffer, _stop.Token)) > 0;)
                {
                    foreach (var packet in Answers(buffer.AsSpan(0, got)))
                    {
                        await client.GetStream().WriteAsync(packet, _stop.Token);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            // The test is over. (One that does not listen any more has no exception of its own.)
        }
    }

    private List<byte[]> Answers(ReadOnlySpan<byte> request)
    {
        Interlocked.Increment(ref _requests);
        var method = BinaryPrimitives.ReadUInt16BigEndian(request);
        var isNamed = request.IndexOf("check-"u8) >= 0;
        var code = method == 1 ? Yes : isNamed ? Code : 401;
        if (code == Silence)
        {
            return [];
        }

        // Of a no, the code, and a realm and a nonce of four bytes each.
        byte[] body = code == Yes ? [] : [0, 9, 0, 4, 0, 0, (byte)(code / 100), (byte)(code % 100), 0, 20, 0, 4, .. "test"u8, 0, 21, 0, 4, .. "once"u8];
        byte[] answer = [1, (byte)(method | (code == Yes ? 0 : 0x10)), 0, (byte)body.Length, .. request[4..20], .. body];
        return Before is { } before ? [before, answer] : [answer];
    }
}
