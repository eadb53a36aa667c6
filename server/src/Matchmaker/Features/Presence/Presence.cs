using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Connections come and go, people become available. Higher features hang on <see cref="Closed"/>: any close starts a
/// clock there and nothing more.
/// </summary>
internal sealed class Presence
{
    private readonly IPresenceStore _store;
    private readonly ConnectionManager _connections;
    private readonly Lobby _lobby;
    private readonly InstanceLease _lease;
    private readonly Outbox _outbox;
    private readonly ICarrier _carrier;
    private readonly Accounts.Accounts _accounts;
    private readonly Measures _measures;
    private readonly AddressBans _addressBans;
    private readonly PresenceOptions _options;
    private readonly ILogger<Presence> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private readonly TimeSpan _closePatience = TimeSpan.FromMilliseconds(500);

    public Presence(
        IPresenceStore store, ConnectionManager connections, Lobby lobby, InstanceLease lease, Outbox outbox, ICarrier carrier,
        Accounts.Accounts accounts, Safety.Safety safety, Measures measures, AddressBans addressBans,
        StandingEffects effects, TimeProvider time, IOptions<PresenceOptions> options, ILogger<Presence> logger)
    {
        (_measures, _addressBans) = (measures, addressBans);
        _store = store;
        _connections = connections;
        _lobby = lobby;
        _lease = lease;
        _outbox = outbox;
        _carrier = carrier;
        _options = options.Value;
        _logger = logger;
        _time = time;
        _accounts = accounts;
        accounts.Changed += Change;
        accounts.SessionEnded += CloseSession;
        lease.Displaced += id => Displace(new Displacement(id, Replaced: true));
        safety.Blocked += (blocker, blocked) => lobby.Avoid(blocker, blocked, until: null);
        safety.Unblocked += (blocker, blocked, until) =>
        {
            lobby.Avoid(blocker, blocked, DateTimeOffset.MinValue);
            if (until is not null)
            {
                lobby.Avoid(blocker, blocked, until);
            }
        };
        measures.Changing += effects.Hide;
        measures.Changed += effects.Tell;
        addressBans.Added += effects.CloseFrom;
    }

    /// <summary>A connection of this instance ended, and what its user has left.</summary>
    public event Action<Connection, Left>? Closed;

    /// <summary>Takes a place for a connection before its upgrade. Every call is followed by <see cref="Close"/>.</summary>
    /// <param name="isKept">The user has something to come back to: no limit keeps them out.</param>
    public async Task<Refusal?> Open(Connection connection, bool isKept = false)
    {
        if (_connections.Enter(connection, isKept, out var wasExpected) is { } full)
        {
            return full;
        }

        if (!wasExpected)
        {
            _carrier.Tell(PresenceTopics.TicketUsed, connection.Id);
        }

        // Before the store: a newer connection may displace this one from then on, and has to find its queue.
        _outbox.Open(connection.Id, connection.UserId);
        OpenedSlot slot;
        try
        {
            // From here on whoever bans finds this connection: what was decided before is seen now, what is decided later closes it.
            if (connection.From is { } from && await _addressBans.Judge(from) is { } addressBanned)
            {
                return addressBanned;
            }

            if (await _accounts.FindSignedIn(connection.SessionId, connection.From) is not { } user)
            {
                return AccountRefusals.SessionEnded;
            }

            if (user.Mark == Mark.Ban && await _measures.JudgeBan(connection.UserId) is { } banned)
            {
                return banned;
            }

            if (user.Mark is { } mark)
            {
                connection.Mark = mark;
            }
            else
            {
                _measures.NoteFree(connection.UserId);
            }

            connection.Card = user.Card;
            slot = await _store.Open(
                connection, await _lease.Generation.WaitAsync(_patience, _time), _options.MaxConnectionsPerUser,
                isKept ? null : _options.MaxConnectionsCluster);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            // Whom we know is admitted all the same: calls and signaling go on. The row is written when the database is back.
            // But where all are counted, only who has something to come back to: a rush alone makes the pool run out.
            if (_accounts.FindCopy(connection.UserId) is not { } copy || _measures.Known(connection.UserId) is not { IsBarred: false }
                || (!isKept && _options.MaxConnectionsCluster is not null))
            {
                return CommonRefusals.Unavailable;
            }

            connection.Card = copy;
            _lease.MarkStale();
            _lobby.SetConnected(connection.UserId, true);
            return null;
        }

        if (slot.No is { } no)
        {
            // There is no row, or it belongs to whoever used the ticket first, perhaps on another instance: not ours to close.
            _connections.Leave(connection, wasHere: false);
            _outbox.Remove(connection.Id);
            if (!_connections.IsOnline(connection.UserId))
            {
                // Whoever closed meanwhile took this one for the user's other connection.
                _lobby.SetConnected(connection.UserId, false);
                Closed?.Invoke(connection, Left.Nothing);
            }

            return no;
        }

        foreach (var id in slot.SameTab)
        {
            Displace(new Displacement(id, Replaced: false));
        }

        foreach (var id in slot.Displaced)
        {
            Displace(new Displacement(id, Replaced: true));
        }

        _lobby.SetConnected(connection.UserId, true);
        return null;
    }

    /// <summary>Gives the place back. The close of a displaced connection undoes nothing that a newer one did.</summary>
    public async Task Close(Connection connection)
    {
        if (_connections.Find(connection.Id) != connection && !connection.Displaced)
        {
            return; // never entered
        }

        // The store first, while everybody here still counts it as open: whoever hears that it is gone, and resumes in
        // another tab, must find its seat free. A slow database does not keep the partner from hearing it.
        var reconciliations = _lease.Reconciliations;
        var closing = CloseInStore(connection);
        await Task.WhenAny(closing, Task.Delay(_closePatience, _time));
        _connections.Leave(connection);
        if (_lease.Reconciliations != reconciliations)
        {
            _lease.MarkStale(); // it was perhaps written as open after it had been closed
        }

        _outbox.Remove(connection.Id);
        var last = !_connections.IsOnline(connection.UserId);
        if (last)
        {
            _lobby.SetConnected(connection.UserId, false);
            if (_connections.IsOnline(connection.UserId))
            {
                _lobby.SetConnected(connection.UserId, true); // opened again meanwhile
            }
        }

        _lobby.Unwatch(connection.Id);
        Closed?.Invoke(
            connection, !last ? Left.OthersHere : closing.IsCompletedSuccessfully && await closing > 0 ? Left.OthersElsewhere : Left.Nothing);
        await closing;
        if (last && _lobby.IsAvailable(connection.UserId))
        {
            _carrier.Tell(PresenceTopics.LobbyChanged, connection.UserId);
        }
    }

    public async Task<Outcome<Nothing>> SetAvailable(Card card, bool available)
    {
        if (available && await _measures.JudgeMeeting(card.Id) is { } no)
        {
            return no;
        }

        var since = await _store.SetAvailable(card.Id, available);
        _lobby.SetAvailable(card, since);
        _carrier.Tell(PresenceTopics.LobbyChanged, card.Id);
        if (!available || await _measures.JudgeMeeting(card.Id, ask: since is null) is not { } barred)
        {
            return Nothing.Value;
        }

        if (since is not null)
        {
            // Barred in this moment: whoever took them out of the lobby may have come too early.
            await _store.SetAvailable(card.Id, false);
            _lobby.Remove(card.Id);
        }

        return barred;
    }

    /// <summary>What the store says, also after a restart of this process; the lobby follows it.</summary>
    public async Task<bool> IsAvailable(Card card)
    {
        var since = await _store.AvailableSince(card.Id);
        _lobby.SetAvailable(card, since);
        if (since is not null)
        {
            _carrier.Tell(PresenceTopics.LobbyChanged, card.Id);
        }

        return since is not null;
    }

    /// <summary>Closes a connection whose place was taken, if it is here.</summary>
    public bool HearDisplaced(Displacement displaced)
    {
        if (_connections.Find(displaced.ConnectionId) is not { } connection)
        {
            return false;
        }

        connection.Displaced = true; // before it leaves, so that its own close knows
        _connections.Leave(connection);
        _lobby.Unwatch(connection.Id);
        _outbox.Close(connection.Id, displaced.Replaced ? PresenceEvents.Replaced : null, []);
        return true;
    }

    private void Change(Card card)
    {
        foreach (var connection in _connections.Of(card.Id))
        {
            connection.Card = card;
        }

        _lobby.Update(card);
    }

    private async Task<int> CloseInStore(Connection connection)
    {
        try
        {
            return await _store.Close(connection.Id);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            PresenceLog.CloseDelayed(_logger);
            _lease.MarkStale();
            return 0;
        }
    }

    private void CloseSession(Guid sessionId)
    {
        foreach (var connection in _connections.All().Where(c => c.SessionId == sessionId))
        {
            _outbox.Close(connection.Id);
        }
    }

    private void Displace(Displacement displaced)
    {
        if (!HearDisplaced(displaced))
        {
            _carrier.Tell(PresenceTopics.Displaced, displaced);
        }
    }
}

/// <summary>What a user has left when one of their connections ends.</summary>
internal enum Left
{
    Nothing,
    OthersHere,

    /// <summary>On other instances only.</summary>
    OthersElsewhere,
}
