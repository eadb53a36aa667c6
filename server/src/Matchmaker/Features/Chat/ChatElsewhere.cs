using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Chat;

/// <summary>
/// Lines of partners who are connected to other instances: told as they are said, and, if that was missed, from the rows of
/// the last seconds. Both in the order of what is told of calls, so that no line comes before its call or after its end.
/// </summary>
internal sealed class ChatElsewhere : IFollower
{
    private readonly IChatStore _store;
    private readonly LiveCalls _live;
    private readonly CallsElsewhere _calls;
    private readonly ConnectionManager _connections;
    private readonly ToldLines _told;
    private readonly IOutbox _outbox;
    private HashSet<Guid> _apart = [];

    public ChatElsewhere(
        IChatStore store, LiveCalls live, CallsElsewhere calls, ConnectionManager connections, ToldLines told, IOutbox outbox, ICarrier carrier)
    {
        (_store, _live, _calls, _connections, _told, _outbox) = (store, live, calls, connections, told, outbox);
        carrier.On(ChatTopics.Line, line => DeliverInTurn(() => Deliver(line.ConnectionId, line.Line)));
    }

    public async Task CatchUp()
    {
        // Also those who have come together since the last look: what was missed before may be missing still.
        var (before, apart, here) = (_apart, new HashSet<Guid>(), new List<Guid>());
        foreach (var call in _live.All())
        {
            var count = new[] { call.Initiator, call.Other }.Count(s => _connections.IsOpen(ConnectionOf(call, s)));
            if (count == 1)
            {
                apart.Add(call.CallId);
            }

            if (count == 1 || (count == 2 && before.Contains(call.CallId)))
            {
                here.Add(call.CallId);
            }
        }

        if (here.Count > 0)
        {
            var lines = await _store.LastOf(here, ToldLines.LookBack);
            DeliverInTurn(() => Deliver(lines));
        }

        _apart = apart;
    }

    private void Deliver(IReadOnlyList<StoredLine> lines)
    {
        foreach (var line in lines)
        {
            if (_live.Find(line.CallId) is { } call && ConnectionOf(call, call.PartnerOf(line.From)) is { } connection)
            {
                Deliver(connection, Chat.ViewOfOther(line));
            }
        }
    }

    private void Deliver(string connectionId, ChatLine line)
    {
        if (_connections.IsOpen(connectionId) && _told.Add(connectionId, line.Id))
        {
            _outbox.ToConnection(connectionId, ChatEvents.Chat, line);
        }
    }

    private void DeliverInTurn(Action deliver) => _calls.Work.Add(() =>
    {
        deliver();
        return Task.CompletedTask;
    });

    private static string? ConnectionOf(LiveCall call, LiveSeat seat)
    {
        lock (call.Gate)
        {
            return seat.ConnectionId;
        }
    }
}
