using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Matchmaker.Features.Signaling;

/// <summary>What is known of a TURN server.</summary>
internal enum TurnState
{
    /// <summary>Nobody has looked yet: it is given to people.</summary>
    Unknown,

    /// <summary>It let us in.</summary>
    Up,

    /// <summary>It knows us and has no place: those who are in keep theirs, so it is given to people all the same.</summary>
    Full,

    /// <summary>It does not take our credentials: the secret or the clock differs.</summary>
    Refused,

    /// <summary>It does not answer, or not as a TURN server.</summary>
    Unreachable,
}

/// <summary>What a look found, and the reason for people who read logs.</summary>
internal sealed record TurnFinding(TurnState State, string? Why = null)
{
    public bool IsUsable => State is TurnState.Unknown or TurnState.Up or TurnState.Full;
}

/// <summary>
/// Does what a browser would: asks a TURN server for an address with credentials of ours, and gives it back. Bounded by
/// the caller's time, a few small packets and the first addresses of a name.
/// </summary>
internal static class TurnProbe
{
    /// <summary>Addresses of one name that are tried, one after another until one works.</summary>
    private const int MaxAddresses = 4;

    private const int MaxMessage = 2048;

    // A lost packet is sent again after this, then after twice as long (RFC 8489, 6.2.1).
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    public static async Task<TurnFinding> Look(TurnUrl url, IceServer credentials, CancellationToken stopping)
    {
        var finding = new TurnFinding(TurnState.Unreachable, "the name has no address");
        try
        {
            foreach (var address in (await Dns.GetHostAddressesAsync(url.Host, stopping)).Take(MaxAddresses))
            {
                finding = await Look(new IPEndPoint(address, url.Port), url, credentials, stopping);
                if (finding.IsUsable)
                {
                    break;
                }
            }
        }
        catch (SocketException e)
        {
            return new TurnFinding(TurnState.Unreachable, e.SocketErrorCode.ToString());
        }

        return finding;
    }

    private static async Task<TurnFinding> Look(IPEndPoint at, TurnUrl url, IceServer credentials, CancellationToken stopping)
    {
        try
        {
            using var socket = url.Transport == TurnTransport.Udp
                ? new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
                : new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(at, stopping);
            if (url.Transport == TurnTransport.Udp)
            {
                return await Allocate(new Datagrams(socket), credentials, stopping);
            }

            await using Stream plain = new NetworkStream(socket);
            if (url.Transport == TurnTransport.Tcp)
            {
                return await Allocate(new Streamed(plain), credentials, stopping);
            }

            await using var tls = new SslStream(plain);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.Host }, stopping);
            return await Allocate(new Streamed(tls), credentials, stopping);
        }
        catch (SocketException e)
        {
            return new TurnFinding(TurnState.Unreachable, e.SocketErrorCode.ToString());
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return new TurnFinding(TurnState.Unreachable, e.Message);
        }
    }

    private static async Task<TurnFinding> Allocate(ILine line, IceServer credentials, CancellationToken stopping)
    {
        var bound = await Ask(line, StunMethod.Binding, null, stopping);
        if (bound.Error is { } error)
        {
            return new TurnFinding(TurnState.Unreachable, $"Binding answers {error}");
        }

        var first = await Ask(line, StunMethod.Allocate, null, stopping);
        if (first is not { Error: 401, Realm: { } realm, Nonce: { } nonce })
        {
            return new TurnFinding(TurnState.Unreachable, $"a stranger's Allocate answers {(first.Error is { } other ? $"{other}" : "yes")}");
        }

        var login = new StunLogin(credentials.Username!, credentials.Credential!, realm, nonce);
        var second = await Ask(line, StunMethod.Allocate, login, stopping);
        if (second.Error is { } no)
        {
            return new TurnFinding(no is 486 or 508 ? TurnState.Full : TurnState.Refused, $"Allocate answers {no}");
        }

        await Ask(line, StunMethod.Refresh, login, stopping);
        return new TurnFinding(TurnState.Up);
    }

    private static Task<StunAnswer> Ask(ILine line, StunMethod method, StunLogin? login, CancellationToken stopping)
    {
        var id = RandomNumberGenerator.GetBytes(StunMessage.IdLength);
        return line.Exchange(StunMessage.Request(method, id, login), packet => StunMessage.Read(packet, method, id), stopping);
    }

    private delegate StunAnswer? Reader(ReadOnlySpan<byte> packet);

    /// <summary>One request after the other, over UDP or a stream; what answers nothing is skipped.</summary>
    private interface ILine
    {
        Task<StunAnswer> Exchange(byte[] request, Reader read, CancellationToken stopping);
    }

    private sealed class Datagrams(Socket socket) : ILine
    {
        private readonly byte[] _buffer = new byte[MaxMessage];

        public async Task<StunAnswer> Exchange(byte[] request, Reader read, CancellationToken stopping)
        {
            for (var wait = FirstWait; ; wait *= 2)
            {
                await socket.SendAsync(request, stopping);
                using var round = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                round.CancelAfter(wait);
                try
                {
                    while (true)
                    {
                        var length = await socket.ReceiveAsync(_buffer, round.Token);
                        if (read(_buffer.AsSpan(0, length)) is { } answer)
                        {
                            return answer;
                        }
                    }
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    // Once more: packets get lost.
                }
            }
        }
    }

    private sealed class Streamed(Stream stream) : ILine
    {
        private readonly byte[] _buffer = new byte[MaxMessage];

        public async Task<StunAnswer> Exchange(byte[] request, Reader read, CancellationToken stopping)
        {
            await stream.WriteAsync(request, stopping);
            while (true)
            {
                await stream.ReadExactlyAsync(_buffer.AsMemory(0, StunMessage.HeaderLength), stopping);
                var length = StunMessage.Length(_buffer);
                if (length > MaxMessage)
                {
                    throw new IOException("The answer is too long.");
                }

                await stream.ReadExactlyAsync(_buffer.AsMemory(StunMessage.HeaderLength, length - StunMessage.HeaderLength), stopping);
                if (read(_buffer.AsSpan(0, length)) is { } answer)
                {
                    return answer;
                }
            }
        }
    }
}
