using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>Something that came, and when (Stopwatch ticks).</summary>
internal readonly record struct Stamped<T>(T Value, long At);

/// <summary>One user with one tab and one connection. The tasks are of the first call of a run; the handlers hear of every one.</summary>
internal sealed class Member(int number, Uri server, string tab, string gender) : IHubListener
{
    /// <summary>Who waits for an answer may hear of a cut a little before the member does.</summary>
    private static readonly TimeSpan LossShows = TimeSpan.FromMilliseconds(50);

    private const TaskCreationOptions OffTheReader = TaskCreationOptions.RunContinuationsAsynchronously;

    private readonly TaskCompletionSource<Stamped<CallStarted>> _started = new(OffTheReader);
    private readonly TaskCompletionSource<Stamped<CallEnded>> _ended = new(OffTheReader);
    private readonly TaskCompletionSource<Stamped<InviteReceived>> _invited = new(OffTheReader);
    // What is known of the call, whether an event or a snapshot told it: in the order in which they came.
    private readonly Lock _gate = new();
    private HubConnection? _hub;
    private TaskCompletionSource _online = new(OffTheReader);
    private long _callToldAt;
    private string? _lastEnded;
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

    /// <summary>Somebody brings this one back when the connection is lost.</summary>
    public bool ComesBack => OnLost is not null;

    public bool IsGone => _left || (LostBecause is not null && !ComesBack);

    /// <summary>Done while there is a connection that has resumed.</summary>
    public Task Online => Volatile.Read(ref _online).Task;

    /// <summary>Where the connection is, as the last Resume told.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>The call that this one is in.</summary>
    public string? CallId { get; private set; }

    /// <summary>How often a connection was lost.</summary>
    public int TimesLost { get; private set; }

    /// <summary>When the last one was, in Stopwatch ticks.</summary>
    public long LostAt { get; private set; }

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

    /// <summary>A call was over when this one came back.</summary>
    public Action<string>? OnMissedEnd { get; set; }

    public Action<ResumeValue>? OnResumed { get; set; }

    public Action<LobbyChanged, long>? OnLobby { get; set; }

    /// <summary>Seconds after which this one is asked to go to another instance.</summary>
    public Action<Member, int>? OnDraining { get; set; }

    /// <summary>Brings this one back. Without it, a lost connection is the end.</summary>
    public Action<Member>? OnLost { get; set; }

    /// <summary>Calls a hub method; what a cut interrupts is called again once there is a connection, as the client library does.</summary>
    public async Task<HubReply> Invoke(string method, string arguments, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await Hub.Invoke(method, arguments, cancel);
            }
            catch (RefusedException lost) when (lost.Code == "connection_lost" && ComesBack)
            {
                await Return(cancel);
            }
        }
    }

    /// <summary>Waits for a connection after one was lost.</summary>
    public async Task Return(CancellationToken cancel)
    {
        await Task.Delay(LossShows, cancel);
        await Online.WaitAsync(cancel);
    }

    /// <summary>What Resume answered.</summary>
    public void Resumed(ResumeValue value, long at)
    {
        lock (_gate)
        {
            Instance = value.Instance;
            LostBecause = null;
            var call = value.Call is { } told && told.CallId != _lastEnded ? told : null;
            if (_callToldAt < at && call?.CallId != CallId)
            {
                if (CallId is { } over)
                {
                    CallId = null;
                    OnMissedEnd?.Invoke(over);
                }

                if (call is not null)
                {
                    Begin(call, at);
                }
            }

            OnResumed?.Invoke(value);
        }

        _online.TrySetResult();
    }

    /// <summary>Closes the connection for good.</summary>
    public async Task Leave()
    {
        _left = true;
        await Hub.DisposeAsync();
    }

    /// <summary>From here on it is no loss when the server closes the connection.</summary>
    public void LetGo() => _left = true;

    public async Task Ping(CancellationToken cancel)
    {
        try
        {
            await Hub.Ping(cancel);
        }
        catch (Exception gone) when ((_left || ComesBack) && gone is ObjectDisposedException or RefusedException)
        {
            // Left or lost in this moment.
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
            Begin(First(arguments, Messages.Default.CallStartedArray), at);
        }
        else if (target.SequenceEqual("callEnded"u8))
        {
            End(First(arguments, Messages.Default.CallEndedArray), at);
        }
        else if (target.SequenceEqual("inviteReceived"u8))
        {
            var invite = First(arguments, Messages.Default.InviteReceivedArray);
            _invited.TrySetResult(new(invite, at));
            OnInvited?.Invoke(invite);
        }
        else if (OnLobby is not null && target.SequenceEqual("lobbyChanged"u8))
        {
            OnLobby(First(arguments, Messages.Default.LobbyChangedArray), at);
        }
        else if (OnDraining is not null && target.SequenceEqual("draining"u8))
        {
            OnDraining(this, First(arguments, Messages.Default.DrainingArray).ReconnectInSeconds);
        }
    }

    public void Lost(string reason)
    {
        if (_left)
        {
            return;
        }

        if (OnLost is not null)
        {
            TimesLost++;
            LostAt = Stopwatch.GetTimestamp();
            LostBecause = reason;
            if (_online.Task.IsCompleted)
            {
                Volatile.Write(ref _online, new(OffTheReader));
            }

            OnLost(this);
            return;
        }

        LostBecause = reason;
        var lost = new RefusedException("connection_lost", reason);
        _started.TrySetException(lost);
        _ended.TrySetException(lost);
        _invited.TrySetException(lost);
    }

    private void Begin(CallStarted call, long at)
    {
        lock (_gate)
        {
            (CallId, _callToldAt) = (call.CallId, at);
            CallIds.Add(call.CallId);
            _started.TrySetResult(new(call, at));
            OnStarted?.Invoke(call);
        }
    }

    private void End(CallEnded end, long at)
    {
        lock (_gate)
        {
            CallId = CallId == end.CallId ? null : CallId;
            (_lastEnded, _callToldAt) = (end.CallId, at);
            _ended.TrySetResult(new(end, at));
            OnEnded?.Invoke(end);
        }
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
