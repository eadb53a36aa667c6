using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Matchmaker.Tests.Support;

/// <summary>A client of a hub that speaks SignalR's JSON protocol over a bare socket.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket _socket;
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _kept = [];
    private readonly Task _reading;
    private int _calls;

    private TestHub(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = Read();
    }

    /// <summary>Ends when the server has closed the connection.</summary>
    public Task Closed => _reading.WaitAsync(Patience);

    /// <summary>A connection with its handshake done, or the status of the refusal.</summary>
    public static async Task<(TestHub? Hub, int Status)> Open(TestServer server, string path, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            await socket.ConnectAsync(new Uri(server.Address.ToString().TrimEnd('/').Replace("http", "ws", StringComparison.Ordinal) + path), default);
        }
        catch (WebSocketException)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }

        var hub = new TestHub(socket);
        await hub.Send("""{"protocol":"json","version":1}""");
        await hub.Next(m => !m.TryGetProperty("type", out _)); // {}: the handshake is accepted
        return (hub, 101);
    }

    /// <summary>A user's connection that has resumed.</summary>
    public static async Task<TestHub> Open(TestServer server, Guest guest)
    {
        using var answer = await guest.Http.PostAsync(
            "/api/auth/ticket", new StringContent($$"""{"tab":"{{Guid.NewGuid():N}}"}""", Encoding.UTF8, "application/json"));
        var ticket = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("ticket").GetString();
        var hub = (await Open(server, $"/hub?access_token={ticket}")).Hub!;
        await hub.Ok("Resume", (object?)null);
        return hub;
    }

    /// <summary>The reply of a method.</summary>
    public async Task<JsonElement> Invoke(string method, params object?[] arguments)
    {
        var id = (++_calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Send(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        var completion = await Next(m => m.TryGetProperty("invocationId", out var of) && of.GetString() == id);
        return completion.GetProperty("result");
    }

    /// <summary>The value of a method that must succeed.</summary>
    public async Task<JsonElement> Ok(string method, params object?[] arguments)
    {
        var reply = await Invoke(method, arguments);
        Assert.True(reply.GetProperty("ok").GetBoolean(), $"{method}: {reply}");
        return reply.GetProperty("value");
    }

    /// <summary>What the first event of this name carries.</summary>
    public async Task<JsonElement> Expect(string name) =>
        (await Next(m => m.TryGetProperty("target", out var target) && target.GetString() == name)).GetProperty("arguments")[0];

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await _reading;
    }

    private async Task<JsonElement> Next(Func<JsonElement, bool> fits)
    {
        using var late = new CancellationTokenSource(Patience);
        for (var i = 0; ;)
        {
            for (; i < _kept.Count; i++)
            {
                if (fits(_kept[i]))
                {
                    var found = _kept[i];
                    _kept.RemoveAt(i);
                    return found;
                }
            }

            _kept.Add(await _messages.Reader.ReadAsync(late.Token));
        }
    }

    private Task Send(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, default);

    private async Task Read()
    {
        var (buffer, text) = (new byte[64 * 1024], new StringBuilder());
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: WebSocketMessageType.Text } part)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
                if (!part.EndOfMessage)
                {
                    continue;
                }

                foreach (var message in text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries))
                {
                    _messages.Writer.TryWrite(JsonDocument.Parse(message).RootElement);
                }

                text.Clear();
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed by the server without a word, or by the test.
        }

        _messages.Writer.TryComplete();
    }
}
