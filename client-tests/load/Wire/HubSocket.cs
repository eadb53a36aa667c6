using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Matchmaker.Load.Wire;

/// <summary>
/// Opens a WebSocket on a bare TCP socket. The upgrade is written by hand, because a thousand HTTP clients
/// that only live for one request cost more than the sockets themselves, and because a refused upgrade can be read.
/// </summary>
internal static class HubSocket
{
    private const int MaxHead = 8 * 1024;

    public static async Task<WebSocket> Open(Uri server, string ticket, bool deflate, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(EndPoint(server), cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync(Request(server, ticket, deflate), cancel);
            var head = await ReadHead(stream, cancel);
            return WebSocket.CreateFromStream(stream, Accept(head));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static EndPoint EndPoint(Uri server) => IPAddress.TryParse(server.Host, out var address)
        ? new IPEndPoint(address, server.Port)
        : new DnsEndPoint(server.Host, server.Port);

    public static byte[] Request(Uri server, string ticket, bool deflate)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var extensions = deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "";
        return Encoding.ASCII.GetBytes(
            $"GET /hub?access_token={Uri.EscapeDataString(ticket)} HTTP/1.1\r\nHost: {server.Authority}\r\n" +
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
            $"{extensions}Sec-WebSocket-Key: {key}\r\n\r\n");
    }

    private static async Task<string> ReadHead(NetworkStream stream, CancellationToken cancel)
    {
        var buffer = new byte[MaxHead];
        var filled = 0;
        while (filled < MaxHead)
        {
            var got = await stream.ReadAsync(buffer.AsMemory(filled), cancel);
            if (got == 0)
            {
                throw new RefusedException("upgrade_cut", "the server closed the connection instead of answering the upgrade");
            }

            filled += got;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                continue;
            }

            var head = Encoding.ASCII.GetString(buffer, 0, end + 2);
            var accepted = head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal);
            if (!accepted)
            {
                var status = head.Length >= 12 ? head[9..12] : "none";
                throw new RefusedException($"upgrade_{status}", head.ReplaceLineEndings(" "));
            }

            // A hub says nothing before its handshake, so nothing may be lost here.
            return filled == end + 4
                ? head
                : throw new RefusedException("early_bytes", "the server sent data before the handshake");
        }

        throw new RefusedException("upgrade_head", "the answer to the upgrade has no end");
    }

    private static WebSocketCreationOptions Accept(string head)
    {
        var options = new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero };
        foreach (var line in head.Split("\r\n"))
        {
            const string name = "Sec-WebSocket-Extensions:";
            if (line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                options.DangerousDeflateOptions = Deflate(line[name.Length..]);
            }
        }

        return options;
    }

    private static WebSocketDeflateOptions Deflate(string agreed)
    {
        var options = new WebSocketDeflateOptions();
        foreach (var part in agreed.Split(';', StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right.Trim('"')) : (part, "");
            switch (name)
            {
                case "permessage-deflate":
                    break;
                case "client_no_context_takeover":
                    options.ClientContextTakeover = false;
                    break;
                case "server_no_context_takeover":
                    options.ServerContextTakeover = false;
                    break;
                case "client_max_window_bits":
                    options.ClientMaxWindowBits = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "server_max_window_bits":
                    options.ServerMaxWindowBits = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                default:
                    throw new RefusedException("bad_extension", agreed);
            }
        }

        return options;
    }
}
