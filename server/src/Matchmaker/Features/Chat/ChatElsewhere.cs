using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Chat;

/// <summary>
/// Lines of partners who are connected to other instances: told as they are said, and, if that was missed, from the rows of
/// the last seconds. Who was told what is remembered for the last <see cref="MaxTold"/> lines, so that nobody hears one twice.
/// </summary>
internal sealed class ChatElsewhere : IFollower
{
    public const int MaxTold = 10_000;
    private static readonly TimeSpan LookBack = TimeSpan.FromSeconds(15); // longer than between two looks

    private readonly IChatStore _store;
    private readonly LiveCalls _live;
    private readonly ConnectionManager _connections;
    private readonly IOutbox _outbox;
    private readonly Lock _gate = new();
    private readonly HashSet<(string ConnectionId, Guid LineId)> _told = [];
    private readonly Queue<(string ConnectionId, Guid LineId)> _order = new();

    public ChatElsewhere(IChatStore store, LiveCalls live, ConnectionManager connections, IOutbox outbox, ICarrier carrier)
    {
        (_store, _live, _connections, _outbox) = (store, live, connections, outbox);
        carrier.On(ChatTopics.Line, Deliver);
    }

    public int Told
    {
        get
        {
            lock (_gate)
            {
                return _order.Count;
            }
        }
    }

    public async Task CatchUp()
    {
        var here = new Dictionary<Guid, LiveSeat>();
        foreach (var call in _live.All())
        {
            var seats = new[] { call.Initiator, call.Other }.Where(s => _connections.IsOpen(ConnectionOf(call, s))).ToList();
            if (seats.Count == 1)
            {
                here[call.CallId] = seats[0];
            }
        }

        if (here.Count == 0)
        {
            return;
        }

        foreach (var line in await _store.LastOf(here.Keys, LookBack))
        {
            var seat = here[line.CallId];
            if (line.From != seat.UserId && _live.Find(line.CallId) is { } call && ConnectionOf(call, seat) is { } connection)
            {
                Deliver(new LineTold(connection, Chat.View(line) with { ClientId = null }));
            }
        }
    }

    private void Deliver(LineTold told)
    {
        if (!_connections.IsOpen(told.ConnectionId))
        {
            return;
        }

        lock (_gate)
        {
            if (!_told.Add((told.ConnectionId, told.Line.Id)))
            {
                return;
            }

            _order.Enqueue((told.ConnectionId, told.Line.Id));
            if (_order.Count > MaxTold)
            {
                _told.Remove(_order.Dequeue());
            }
        }

        _outbox.ToConnection(told.ConnectionId, ChatEvents.Chat, told.Line);
    }

    private static string? ConnectionOf(LiveCall call, LiveSeat seat)
    {
        lock (call.Gate)
        {
            return seat.ConnectionId;
        }
    }
}
