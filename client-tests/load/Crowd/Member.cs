using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>Something that came, and when (Stopwatch ticks).</summary>
internal readonly record struct Stamped<T>(T Value, long At);

/// <summary>One user with one tab and one connection. The tasks are of the first call of a run; the handlers hear of every one.</summary>
internal sealed class Member(int number, Uri server, string tab, string gender) : IHubListener
{
    private const TaskCreationOptions OffTheReader = TaskCreationOptions.RunContinuationsAsynchronously;

    private readonly TaskCompletionSource<Stamped<CallStarted>> _started = new(OffTheReader);
    private readonly TaskCompletionSource<Stamped<CallEnded>> _ended = new(OffTheReader);
    private readonly TaskCompletionSource<Stamped<InviteReceived>> _invited = new(OffTheReader);
    private HubConnection? _hub;
    private volatile bool _left;

    public delegate void SignalHandler(string callId, string kind, ReadOnlySpan<byte> data, long at);

    public int Number { get; } = number;

    public Uri Server { get; } = server;

    public string Tab { get; } = tab;

    public string Gender { get; } = gender;

    public string Id { get; set; } = "";

    public string Token { get; set; } = "";

    public HubConnection Hub
    {
        get => _hub ?? throw new InvalidOperationException($"user {Number} is not connected");
        set => _hub = value;
    }

    public bool Connected => _hub is not null && LostBecause is null && !_left;

    /// <summary>Why the connection ended by itself; null while it lives.</summary>
    public string? LostBecause { get; private set; }

    /// <summary>The calls of every callStarted that came, repetitions included; written by the reader alone.</summary>
    public List<string> CallIds { get; } = [];

    public Task<Stamped<CallStarted>> Started => _started.Task;

    public Task<Stamped<CallEnded>> Ended => _ended.Task;

    public Task<Stamped<InviteReceived>> Invited => _invited.Task;

    public SignalHandler? OnSignal { get; set; }

    public Action<Stamped<ChatMessage>>? OnChat { get; set; }

    public Action<CallStarted>? OnStarted { get; set; }

    public Action<CallEnded>? OnEnded { get; set; }

    public Action<InviteReceived>? OnInvited { get; set; }

    /// <summary>Closes the connection for good.</summary>
    public async Task Leave()
    {
        _left = true;
        await Hub.DisposeAsync();
    }

    public async Task Ping(CancellationToken cancel)
    {
        try
        {
            await Hub.Ping(cancel);
        }
        catch (Exception gone) when (_left && gone is ObjectDisposedException or RefusedException)
        {
            // Left in this moment.
        }
    }

    public void Event(ReadOnlySpan<byte> target, ReadOnlySpan<byte> arguments, long at)
    {
        if (target.SequenceEqual("signal"u8))
        {
            Signal(arguments, at);
        }
        else if (target.SequenceEqual("chat"u8))
        {
            OnChat?.Invoke(new(First(arguments, Messages.Default.ChatMessageArray), at));
        }
        else if (target.SequenceEqual("callStarted"u8))
        {
            var call = First(arguments, Messages.Default.CallStartedArray);
            CallIds.Add(call.CallId);
            _started.TrySetResult(new(call, at));
            OnStarted?.Invoke(call);
        }
        else if (target.SequenceEqual("callEnded"u8))
        {
            var end = First(arguments, Messages.Default.CallEndedArray);
            _ended.TrySetResult(new(end, at));
            OnEnded?.Invoke(end);
        }
        else if (target.SequenceEqual("inviteReceived"u8))
        {
            var invite = First(arguments, Messages.Default.InviteReceivedArray);
            _invited.TrySetResult(new(invite, at));
            OnInvited?.Invoke(invite);
        }
    }

    public void Lost(string reason)
    {
        LostBecause = reason;
        var lost = new RefusedException("connection_lost", reason);
        _started.TrySetException(lost);
        _ended.TrySetException(lost);
        _invited.TrySetException(lost);
    }

    private void Signal(ReadOnlySpan<byte> arguments, long at)
    {
        var reader = new Utf8JsonReader(arguments);
        reader.Read();
        reader.Read();
        var callId = reader.GetString() ?? "";
        reader.Read();
        var kind = reader.ValueTextEquals("ice"u8) ? "ice" : reader.GetString() ?? "";
        OnSignal?.Invoke(callId, kind, HubRecord.Value(ref reader, arguments), at);
    }

    private static T First<T>(ReadOnlySpan<byte> arguments, JsonTypeInfo<T[]> type) =>
        JsonSerializer.Deserialize(arguments, type) is [var only] ? only : throw new JsonException("an event has one argument");
}
