using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Matching;

/// <summary>The tickets of an embedded server; one a user, so bounded by who is or lately was connected.</summary>
internal sealed class InMemoryMatchStore(
    EmbeddedLock embedded, InMemorySeats seats, InMemoryPresenceStore presence, InMemoryMeasureStore measures, IAccountStore accounts,
    TimeProvider time) : IMatchStore
{
    private readonly Dictionary<Guid, Row> _tickets = [];
    private long _number;

    public Task<JoinedTicket?> Join(JoinRequest request)
    {
        lock (embedded.Gate)
        {
            if (seats.IsSeatedLocked(request.UserId) || measures.BarredByLocked(request.UserId) is not null)
            {
                return Task.FromResult<JoinedTicket?>(null);
            }

            var now = time.GetUtcNow();
            var joinedAt = _tickets.TryGetValue(request.UserId, out var known) ? known.JoinedAt : now - request.Waited;
            var row = new Row(request.TicketId, ++_number, request.ConnectionId, request.Wishes, joinedAt);
            _tickets[request.UserId] = row;
            return Task.FromResult<JoinedTicket?>(new JoinedTicket(row.TicketId, row.Number, now - joinedAt));
        }
    }

    public Task<bool> Leave(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_tickets.Remove(userId));
        }
    }

    public async Task<IReadOnlyList<WaitingTicket>> ListOf(IReadOnlyCollection<Guid> users)
    {
        var tickets = new List<WaitingTicket>();
        foreach (var user in users.Distinct())
        {
            if (await Find(user) is { } ticket)
            {
                tickets.Add(ticket);
            }
        }

        return tickets;
    }

    public async Task<WaitingTicket?> Find(Guid userId)
    {
        Row? row;
        lock (embedded.Gate)
        {
            row = _tickets.GetValueOrDefault(userId);
        }

        return row is null ? null : new WaitingTicket(
            row.TicketId, row.Number, userId, (await accounts.FindUser(userId))?.Gender ?? Gender.Unspecified, row.ConnectionId,
            row.Wishes, time.GetUtcNow() - row.JoinedAt);
    }

    // Nobody else adds tickets to a store in this process.
    public Task<IReadOnlyList<WaitingTicket>> ListAfter(long number, int limit) => Task.FromResult<IReadOnlyList<WaitingTicket>>([]);

    public Task<IReadOnlyDictionary<Guid, (Guid TicketId, bool Connected)>> StillWaiting(IReadOnlyCollection<Guid> users)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyDictionary<Guid, (Guid, bool)>>(users.Distinct().Where(_tickets.ContainsKey).ToDictionary(
                u => u, u => (_tickets[u].TicketId, presence.OpenConnectionLocked(u, null) is not null)));
        }
    }

    public Task<int> DeleteLost(int limit)
    {
        lock (embedded.Gate)
        {
            var lost = Lost().Take(limit).ToList();
            ForgetLocked(lost);
            return Task.FromResult(lost.Count);
        }
    }

    public Task<int> CountLost(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Lost().Take(limit).Count());
        }
    }

    public Task<LiveStats?> CountAll() => Task.FromResult<LiveStats?>(null);

    public bool HasTicketLocked(Guid userId, Guid ticketId) =>
        _tickets.TryGetValue(userId, out var row) && row.TicketId == ticketId;

    public string? TakeTicketLocked(Guid userId) =>
        _tickets.Remove(userId, out var row) ? JsonSerializer.Serialize(row.Wishes, WireJson.Options) : null;

    public void ForgetLocked(IReadOnlyCollection<Guid> users)
    {
        foreach (var user in users)
        {
            _tickets.Remove(user);
        }
    }

    private IEnumerable<Guid> Lost()
    {
        var before = time.GetUtcNow() - TimeSpan.FromMinutes(1);
        return _tickets.Where(t => t.Value.JoinedAt < before && !presence.IsKnownLocked(t.Key)).Select(t => t.Key);
    }

    private sealed record Row(Guid TicketId, long Number, string ConnectionId, QueueWishes Wishes, DateTimeOffset JoinedAt);
}
