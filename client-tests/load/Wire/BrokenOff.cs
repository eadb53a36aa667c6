using System.Net.Sockets;

namespace Matchmaker.Load.Wire;

/// <summary>How far somebody gets who then vanishes without a word.</summary>
internal enum Stage
{
    /// <summary>The hub ticket is never used.</summary>
    Ticket,

    /// <summary>In the middle of the upgrade's request.</summary>
    HalfARequest,

    /// <summary>After the request, before its answer.</summary>
    Request,

    /// <summary>After the upgrade, before the handshake.</summary>
    Upgraded,

    /// <summary>After the handshake.</summary>
    Connected,
}

/// <summary>Connections that are broken off: the kernel resets them, as when a process dies.</summary>
internal static class BrokenOff
{
    public static async Task At(Stage stage, Uri server, string ticket, CancellationToken cancel)
    {
        if (stage == Stage.Connected)
        {
            (await HubConnection.Open(server, ticket, deflate: false, new Nobody(), cancel)).Abort();
            return;
        }

        if (stage == Stage.Ticket)
        {
            return;
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(HubSocket.EndPoint(server), cancel);
        var request = HubSocket.Request(server, ticket, deflate: false);
        await socket.SendAsync(stage == Stage.HalfARequest ? request.AsMemory(0, request.Length / 2) : request, cancel);
        if (stage == Stage.Upgraded)
        {
            await socket.ReceiveAsync(new byte[1], cancel);
        }
    }

    private sealed class Nobody : IHubListener
    {
        public void Event(ReadOnlySpan<byte> target, ReadOnlySpan<byte> arguments, long at)
        {
            // Too late.
        }

        public void Lost(string reason)
        {
            // Meant to be.
        }
    }
}
