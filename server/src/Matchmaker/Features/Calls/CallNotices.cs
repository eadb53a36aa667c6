using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>Who hears what about a call: events of the call itself go to its connections, the rest to all of a user's.</summary>
internal sealed class CallNotices(IOutbox outbox, ConnectionManager connections, TimeProvider time, IOptions<CallOptions> options)
{
    public void Started(LiveCall call, string? except)
    {
        foreach (var user in new[] { call.Initiator.UserId, call.Other.UserId })
        {
            foreach (var connection in connections.Of(user).Where(c => c.Id != except))
            {
                outbox.ToConnection(connection.Id, CallEvents.CallStarted, call.ViewOf(user, connection.Id, time));
            }
        }
    }

    public void Ended(LiveCall call, CallEnded ended)
    {
        outbox.ToUser(call.Initiator.UserId, CallEvents.CallEnded, ended);
        outbox.ToUser(call.Other.UserId, CallEvents.CallEnded, ended);
    }

    public void Moved(LiveCall call, string from) => outbox.ToConnection(from, CallEvents.CallMoved, new CallMoved(call.CallId));

    /// <summary>Tells the partner of <paramref name="userId"/>, if they are here; only the last state counts.</summary>
    public void Partner(LiveCall call, Guid userId, PartnerState state)
    {
        if (ConnectionOfPartner(call, userId) is { } to && connections.IsOpen(to))
        {
            outbox.ToConnection(
                to, CallEvents.PartnerStatus,
                [new PartnerStatus(call.CallId, state, state == PartnerState.Away ? (int)options.Value.Grace.TotalSeconds : null)],
                supersede: "partnerStatus");
        }
    }

    /// <summary>Tells a connection that has just come back that its partner is away: it was not there to hear it.</summary>
    public void PartnerIfAway(LiveCall call, Guid userId, string connectionId)
    {
        long? since;
        lock (call.Gate)
        {
            since = call.PartnerOf(userId).AwayStamp;
        }

        if (since is { } stamp)
        {
            var left = Math.Max(0, (int)Math.Ceiling((options.Value.Grace - time.GetElapsedTime(stamp)).TotalSeconds));
            outbox.ToConnection(
                connectionId, CallEvents.PartnerStatus, [new PartnerStatus(call.CallId, PartnerState.Away, left)], "partnerStatus");
        }
    }

    /// <summary>To the connection of the partner that the call belongs to; false when there is none, or it cannot be reached.</summary>
    public bool ToPartner(LiveCall call, Guid userId, ClientEvent e, object?[] arguments)
    {
        if (ConnectionOfPartner(call, userId) is not { } to || !outbox.CanReach(to))
        {
            return false;
        }

        outbox.ToConnection(to, e, arguments);
        return true;
    }

    public static string? ConnectionOfPartner(LiveCall call, Guid userId)
    {
        lock (call.Gate)
        {
            return call.PartnerOf(userId).ConnectionId;
        }
    }
}
