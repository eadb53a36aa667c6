namespace Matchmaker.Features.Calls;

/// <summary>Writes seats that were taken while the database was away.</summary>
internal sealed partial class Calls
{
    /// <summary>Writes both seats as they are here; false when one of the two is not connected here.</summary>
    public async Task<bool> WriteSeats(LiveCall call)
    {
        string? initiator, other;
        lock (call.Gate)
        {
            (initiator, other) = (call.Initiator.ConnectionId, call.Other.ConnectionId);
        }

        if (!_connections.IsOpen(initiator) || !_connections.IsOpen(other))
        {
            return false;
        }

        foreach (var (user, connection) in new[] { (call.Initiator.UserId, initiator!), (call.Other.UserId, other!) })
        {
            if (await _store.Attach(user, call.CallId, connection, take: true) is { } seat)
            {
                lock (call.Gate)
                {
                    (call.SeatOf(user).StoreRev, call.Rev) = (seat.Rev, Math.Max(call.Rev, seat.Rev));
                }
            }
        }

        return true;
    }

    // Otherwise the rows would have their connections gone, and the sweep of any instance would end the calls.
    private async Task WriteBack()
    {
        foreach (var call in _live.All())
        {
            foreach (var seat in new[] { call.Initiator, call.Other })
            {
                await WriteBack(call, seat);
            }
        }
    }

    private async Task WriteBack(LiveCall call, LiveSeat seat)
    {
        (string ConnectionId, bool Take) unwritten;
        lock (call.Gate)
        {
            if (!seat.IsUnwritten || !_connections.IsOpen(seat.ConnectionId))
            {
                return;
            }

            unwritten = seat.Unwritten!.Value;
        }

        if (await _store.Attach(seat.UserId, call.CallId, unwritten.ConnectionId, unwritten.Take) is not { } attached)
        {
            return; // it ended meanwhile
        }

        // Another one when a connection elsewhere holds it, which this instance could not know.
        if (HearTaken(call, seat.UserId, attached.Holder, attached.Rev) && attached.Holder == unwritten.ConnectionId)
        {
            _carrier.Tell(CallTopics.SeatTaken, new SeatTaken(call.CallId, seat.UserId, attached.Holder, _instance.Name, attached.Rev));
        }

        lock (call.Gate)
        {
            if (seat.Unwritten == unwritten)
            {
                seat.Unwritten = null;
            }
        }
    }
}
