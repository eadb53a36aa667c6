using System.Net.WebSockets;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// A WebSocket that counts what comes in, so that unknown methods, pings and empty frames are limited as well: they
/// never reach a hub filter. A frame that carries several hub messages (0x1E ends each) counts as many.
/// </summary>
internal sealed class CountedWebSocket(WebSocket inner, TokenBucket frames, Action flooded) : WebSocket
{
    public override WebSocketCloseStatus? CloseStatus => inner.CloseStatus;

    public override string? CloseStatusDescription => inner.CloseStatusDescription;

    public override WebSocketState State => inner.State;

    public override string? SubProtocol => inner.SubProtocol;

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        Count(buffer.Span[..result.Count]);
        return result;
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        Count(buffer.AsSpan(0, result.Count));
        return result;
    }

    public override void Abort() => inner.Abort();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        inner.CloseAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        inner.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override void Dispose() => inner.Dispose();

    private void Count(ReadOnlySpan<byte> bytes)
    {
        // A zero-byte read only waits for data; a fragment of one byte costs as much as a message.
        if (bytes.IsEmpty || frames.TryTake(out _, Math.Max(1, bytes.Count((byte)0x1E))))
        {
            return;
        }

        flooded();
        throw new WebSocketException(WebSocketError.InvalidMessageType, "Too many frames.");
    }
}
