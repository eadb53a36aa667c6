using System.Diagnostics.Metrics;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Realtime;

public sealed class OutboxTests : IDisposable
{
    private const int MaxMessages = 16;
    private static readonly ClientEvent _tick = new("tick");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly JsonHubProtocol _protocol = new();
    private readonly Outbox _outbox;
    private readonly Guid _user = Guid.NewGuid();
    private long _slow;

    public OutboxTests()
    {
        var metrics = new RealtimeMetrics(_services.GetRequiredService<IMeterFactory>());
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument == metrics.SlowConsumers)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _slow, value));
        listener.Start();
        _outbox = new Outbox(
            Options.Create(new RealtimeOptions { MaxQueuedMessages = MaxMessages, MaxQueuedBytes = 65_536 }), metrics, _protocol, new AloneCarrier(),
            new ConnectionDirectory());
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task What_is_told_arrives_in_its_order()
    {
        var connection = Connect("a");
        for (var i = 0; i < 10; i++)
        {
            Tell("a", i);
            await Idle("a");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(Tick), connection.Written);
    }

    [Fact]
    public async Task What_is_told_before_the_socket_is_there_waits_for_it()
    {
        _outbox.Open("a", _user);
        Tell("a", 1);
        Assert.False(_outbox.IsIdle("a"));
        var connection = new RecordingConnection(_protocol);
        _outbox.Attach("a", connection);
        await Idle("a");

        Assert.Equal([Tick(1)], connection.Written);
    }

    [Fact]
    public async Task All_connections_of_a_user_are_told_and_nobody_else()
    {
        var (one, two) = (Connect("a"), Connect("b"));
        _outbox.Open("c", Guid.NewGuid());
        var stranger = new RecordingConnection(_protocol);
        _outbox.Attach("c", stranger);

        _outbox.ToUser(_user, _tick, [7]);
        await Idle("a");
        await Idle("b");

        Assert.Equal([Tick(7)], one.Written);
        Assert.Equal([Tick(7)], two.Written);
        Assert.Empty(stranger.Written);
    }

    [Fact]
    public async Task Only_the_last_of_what_supersedes_each_other_is_sent_at_the_place_of_the_last()
    {
        var connection = Connect("a");
        connection.StopReading();
        Tell("a", 0); // taken by the pump
        Tell("a", 1, "place");
        Tell("a", 2);
        Tell("a", 3, "place");
        Tell("a", 4, "other");

        connection.Read();
        await Idle("a");

        Assert.Equal([Tick(0), Tick(2), Tick(3), Tick(4)], connection.Written);
    }

    [Fact]
    public async Task What_supersedes_does_not_fill_the_queue()
    {
        var connection = Connect("a");
        connection.StopReading();
        for (var i = 0; i < MaxMessages * 10; i++)
        {
            Tell("a", i, "place");
        }

        connection.Read();
        await Idle("a");

        Assert.False(connection.IsAborted);
        Assert.Equal(Tick((MaxMessages * 10) - 1), connection.Written[^1]);
    }

    [Fact]
    public void A_connection_that_does_not_read_is_closed_at_one_message_too_many()
    {
        var connection = Connect("a");
        connection.StopReading();
        Tell("a", 0); // taken by the pump
        for (var i = 1; i <= MaxMessages; i++)
        {
            Tell("a", i);
        }

        Assert.False(connection.IsAborted);
        Tell("a", MaxMessages + 1);
        Assert.True(connection.IsAborted);
        Assert.Equal(1, _slow);
    }

    [Fact]
    public async Task A_connection_that_does_not_read_is_closed_at_too_many_bytes_and_hears_no_more()
    {
        var (slow, other) = (Connect("a"), Connect("b"));
        slow.StopReading();
        var large = new string('x', 30_000);
        for (var i = 0; i < 4; i++)
        {
            _outbox.ToUser(_user, _tick, [large]);
            await Idle("b");
        }

        Assert.True(slow.IsAborted);
        slow.Read();
        await Idle("a");
        Assert.Single(slow.Written);
        Assert.Equal(4, other.Written.Count);
        Assert.False(other.IsAborted);
    }

    [Fact]
    public async Task A_closed_connection_hears_what_was_queued_then_its_last_word_and_nothing_after()
    {
        var connection = Connect("a");
        connection.StopReading();
        Tell("a", 1);
        Tell("a", 2);
        _outbox.Close("a", new ClientEvent("replaced"), []);
        Tell("a", 3);
        Assert.False(connection.IsAborted);

        connection.Read();
        await Idle("a");

        Assert.Equal([Tick(1), Tick(2), """{"type":1,"target":"replaced","arguments":[]}"""], connection.Written);
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_connection_is_closed_without_a_word_after_what_was_queued()
    {
        var connection = Connect("a");
        connection.StopReading();
        Tell("a", 1);
        _outbox.Close("a");

        connection.Read();
        await Idle("a");

        Assert.Equal([Tick(1)], connection.Written);
        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task Nobody_is_told_after_the_connection_is_removed()
    {
        var (gone, there) = (Connect("a"), Connect("b"));
        _outbox.Remove("a");
        _outbox.Remove("a");

        _outbox.ToUser(_user, _tick, [1]);
        Tell("a", 2);
        await Idle("b");

        Assert.Empty(gone.Written);
        Assert.Equal([Tick(1)], there.Written);
        Assert.True(_outbox.IsIdle("a"));
    }

    [Fact]
    public void A_socket_without_an_open_place_is_closed()
    {
        var connection = new RecordingConnection(_protocol);

        _outbox.Attach("unknown", connection);

        Assert.True(connection.IsAborted);
    }

    [Fact]
    public async Task A_connection_of_another_instance_is_told_through_the_carrier_as_if_it_were_here()
    {
        var bus = new System.Collections.Concurrent.ConcurrentDictionary<string, LoopbackCarrier>();
        await using LoopbackCarrier one = new(bus, "one"), two = new(bus, "two"), three = new(bus, "three");
        var directory = new ConnectionDirectory();
        var (from, to, other) = (NewOutbox(one, directory), NewOutbox(two), NewOutbox(three));
        var (near, far) = (Connect("b", to), Connect("c", other));
        near.StopReading();

        from.ToConnection("b", _tick, [0]); // to whoever has it
        await Eventually.Holds(() => !to.IsIdle("b"));
        directory.Learn("b", "two");
        for (var i = 1; i <= 3; i++)
        {
            from.ToConnection("b", _tick, [i], "place");
        }

        from.ToConnection("b", _tick, [4]);
        from.ToConnection("nobody", _tick, [5]);
        from.ToConnection("c", _tick, [6]);
        await Eventually.Holds(() => far.Written.Count == 1);
        near.Read();
        await Eventually.Holds(() => near.Written.Count > 1 && near.Written[^1] == Tick(4));

        Assert.Equal([Tick(6)], far.Written);
        Assert.Equal(Tick(0), near.Written[0]);
        Assert.Equal(Tick(3), near.Written[^2]);
        Assert.True(from.CanReach("b"));
        one.Cut();
        Assert.False(from.CanReach("b"));
    }

    [Fact]
    public void The_directory_forgets_the_oldest_at_its_bound()
    {
        var directory = new ConnectionDirectory();
        for (var i = 0; i <= ConnectionDirectory.Capacity; i++)
        {
            directory.Learn($"{i}", "one");
        }

        Assert.Null(directory.Find("0"));
        Assert.Equal("one", directory.Find("1"));
    }

    private Outbox NewOutbox(LoopbackCarrier carrier, ConnectionDirectory? directory = null)
    {
        var outbox = new Outbox(
            Options.Create(new RealtimeOptions()), new RealtimeMetrics(_services.GetRequiredService<IMeterFactory>()), _protocol, carrier,
            directory ?? new ConnectionDirectory());
        carrier.On(Parcel.Topic, outbox.Deliver);
        return outbox;
    }

    private RecordingConnection Connect(string id, Outbox outbox)
    {
        outbox.Open(id, Guid.NewGuid());
        var connection = new RecordingConnection(_protocol);
        outbox.Attach(id, connection);
        return connection;
    }

    private RecordingConnection Connect(string id)
    {
        _outbox.Open(id, _user);
        var connection = new RecordingConnection(_protocol);
        _outbox.Attach(id, connection);
        return connection;
    }

    private void Tell(string id, int value, string? supersede = null) => _outbox.ToConnection(id, _tick, [value], supersede);

    private static string Tick(int value) => $$"""{"type":1,"target":"tick","arguments":[{{value}}]}""";

    private async Task Idle(string id)
    {
        for (var i = 0; i < 500 && !_outbox.IsIdle(id); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(_outbox.IsIdle(id));
    }
}
