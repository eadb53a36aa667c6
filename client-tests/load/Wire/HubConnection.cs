using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Matchmaker.Load.Wire;

/// <summary>
/// One connection to /hub in SignalR's JSON protocol. While idle it holds no buffer: the reader waits with an empty
/// one and rents when something is there. WebSocket pings are answered by that pending read.
/// </summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private const byte Separator = 0x1E;
    private const int ReadSize = 4 * 1024;
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(3);
    private static readonly byte[] Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray();
    private static readonly byte[] PingFrame = "{\"type\":6}\u001e"u8.ToArray();

    private readonly WebSocket _socket;
    private readonly IHubListener _listener;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource _shaken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by itself, as is _gone.
    private readonly Dictionary<int, TaskCompletionSource<HubReply>> _pending = [];
    private readonly Task _reading;
    private string? _gone;
    private string? _closeReason;
    private int _lastId;
    private long _postedOk;
    private long _postedRefused;
    private volatile bool _closing;

    private HubConnection(WebSocket socket, IHubListener listener)
    {
        _socket = socket;
        _listener = listener;
        _reading = Read();
    }

    /// <summary>Posted invocations that were answered with ok.</summary>
    public long PostedOk => Interlocked.Read(ref _postedOk);

    /// <summary>Posted invocations that were answered with a refusal.</summary>
    public long PostedRefused => Interlocked.Read(ref _postedRefused);

    /// <summary>Code of the first of those refusals.</summary>
    public string? PostedRefusal { get; private set; }

    public static async Task<HubConnection> Open(
        Uri server, string ticket, bool deflate, IHubListener listener, CancellationToken cancel)
    {
        var connection = new HubConnection(await HubSocket.Open(server, ticket, deflate, cancel), listener);
        try
        {
            await connection.Send(Handshake, cancel);
            await connection._shaken.Task.WaitAsync(cancel);
            return connection;
        }
        catch
        {
            connection._closing = true;
            connection._socket.Abort();
            throw;
        }
    }

    /// <summary>Calls a hub method and waits for what it answers. <paramref name="arguments"/> is a JSON array.</summary>
    public async Task<HubReply> Invoke(string method, string arguments, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<HubReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_pending)
        {
            if (_gone is not null)
            {
                throw new RefusedException("connection_lost", _gone);
            }

            _pending.Add(id, answer);
        }

        var frame = $"{{\"type\":1,\"invocationId\":\"{id}\",\"target\":\"{method}\",\"arguments\":{arguments}}}\u001e";
        await Send(Encoding.UTF8.GetBytes(frame), cancel);
        return await answer.Task.WaitAsync(cancel);
    }

    /// <summary>Calls a hub method; its answer is only counted. <paramref name="tail"/> follows the invocation's id:
    /// <c>","target":…</c> to the last brace.</summary>
    public async ValueTask Post(ReadOnlyMemory<byte> tail, CancellationToken cancel)
    {
        var head = "{\"type\":1,\"invocationId\":\"p"u8;
        var frame = ArrayPool<byte>.Shared.Rent(head.Length + 12 + tail.Length);
        try
        {
            head.CopyTo(frame);
            var length = head.Length;
            Utf8Formatter.TryFormat(Interlocked.Increment(ref _lastId), frame.AsSpan(length), out var digits);
            length += digits;
            tail.Span.CopyTo(frame.AsSpan(length));
            length += tail.Length;
            frame[length++] = Separator;
            await Send(frame.AsMemory(0, length), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Tells the server that the client lives; its patience is 120 s.</summary>
    public ValueTask Ping(CancellationToken cancel) => Send(PingFrame, cancel);

    /// <summary>Without a word, as when the machine of a person goes.</summary>
    public void Abort()
    {
        _closing = true;
        _socket.Abort();
    }

    /// <summary>Closes properly, and waits at most 3 s for the server to do the same. Who waits for an answer hears that the
    /// connection is lost.</summary>
    public async Task Close()
    {
        _closing = true;
        using var limit = new CancellationTokenSource(ClosePatience);
        try
        {
            await _sending.WaitAsync(limit.Token);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }
            finally
            {
                _sending.Release();
            }

            await _reading.WaitAsync(limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side was faster, or does not answer: then there is nothing left to be polite to.
            _socket.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        _socket.Dispose();
        _sending.Dispose();
    }

    private async ValueTask Send(ReadOnlyMemory<byte> frame, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
        {
            await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException
            || (broken is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // An aborted socket says 'cancelled', whoever asks.
            throw new RefusedException("connection_lost", _closeReason ?? broken.Message);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task Read()
    {
        byte[]? buffer = null;
        var filled = 0;
        string reason;
        try
        {
            while (true)
            {
                if (buffer is null)
                {
                    var first = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                    if (first.MessageType == WebSocketMessageType.Close)
                    {
                        break;
                    }

                    buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
                }
                else if (filled == buffer.Length)
                {
                    buffer = Grown(buffer);
                }

                var got = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                filled = Records(buffer, filled + got.Count);
                if (filled == 0)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
            }

            reason = _closeReason ?? $"closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}";
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            reason = _closeReason ?? $"cut: {broken.Message}";
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            reason = $"not understood: {wrong.Message}";
            _socket.Abort();
        }

        End(reason);
    }

    /// <summary>Handles all complete records and moves the rest to the front; gives the length of the rest.</summary>
    private int Records(byte[] buffer, int filled)
    {
        var at = Stopwatch.GetTimestamp();
        var rest = buffer.AsSpan(0, filled);
        for (var end = rest.IndexOf(Separator); end >= 0; end = rest.IndexOf(Separator))
        {
            Handle(HubRecord.Parse(rest[..end]), at);
            rest = rest[(end + 1)..];
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void Handle(HubRecord record, long at)
    {
        switch (record.Type)
        {
            case HubRecord.Invocation:
                _listener.Event(record.Target, record.Arguments, at);
                break;
            case HubRecord.Completion when record.InvocationId[0] == (byte)'p':
                Tally(record);
                break;
            case HubRecord.Completion:
                Answer(record, at);
                break;
            case HubRecord.Close:
                _closeReason = $"close record: {record.Error ?? "no error"}";
                break;
            case 0 when record.Error is null:
                _shaken.TrySetResult();
                break;
            case 0:
                _shaken.TrySetException(new RefusedException("handshake", record.Error));
                break;
        }
    }

    private void Tally(HubRecord record)
    {
        if (HubReply.SaysOk(record))
        {
            Interlocked.Increment(ref _postedOk);
            return;
        }

        PostedRefusal ??= HubReply.From(record).Code;
        Interlocked.Increment(ref _postedRefused);
    }

    private void Answer(HubRecord record, long at)
    {
        TaskCompletionSource<HubReply>? waiting = null;
        if (Utf8Parser.TryParse(record.InvocationId, out int id, out _))
        {
            lock (_pending)
            {
                _pending.Remove(id, out waiting);
            }
        }

        (waiting ?? throw new JsonException("an answer that nobody asked for")).SetResult(HubReply.From(record) with { At = at });
    }

    private void End(string reason)
    {
        lock (_pending)
        {
            _gone = reason;
            foreach (var waiting in _pending.Values)
            {
                waiting.TrySetException(new RefusedException("connection_lost", reason));
            }
        }

        // Before the handshake, the one who opens hears it instead.
        var opened = !_shaken.TrySetException(new RefusedException("connection_lost", reason));
        if (opened && !_closing)
        {
            _listener.Lost(reason);
        }
    }

    private static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
