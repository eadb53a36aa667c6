using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Tests.Invariants;

/// <summary>The same for the stores in memory, by asking them about everybody who ever came into the world.</summary>
internal static class MemoryInvariants
{
    public static async Task<IReadOnlyList<string>> Violations(World world)
    {
        var violations = new List<string>();
        var people = world.People;
        var presence = world.Get<InMemoryPresenceStore>();
        var seats = world.Get<InMemorySeats>();
        Dictionary<Guid, (Guid CallId, string? ConnectionId, bool Away)> seated;
        lock (world.Get<EmbeddedLock>().Gate)
        {
            seated = seats.Rows.ToDictionary(s => s.Key, s => (s.Value.CallId, s.Value.ConnectionId, s.Value.AwaySince is not null));
            foreach (var (user, (_, connection, away)) in seated)
            {
                if (away && connection is not null && presence.OpenConnectionLocked(user, connection) == connection)
                {
                    violations.Add($"INV-11 a seat is away although its connection is open: {user}");
                }
            }
        }

        violations.AddRange(seated.GroupBy(s => s.Value.CallId).Where(c => c.Count() != 2).Select(c => $"INV-10 a call has not both its seats: {c.Key}"));
        foreach (var person in people)
        {
            var ticket = await world.MatchStore.Find(person.Id);
            if (ticket is not null && seated.ContainsKey(person.Id))
            {
                violations.Add($"INV-04 somebody is queued and in a call: {person.Id}");
            }

            if (ticket is not null && (await world.Get<IMeasureStore>().StandingOf(person.Id)).IsBarred)
            {
                violations.Add($"INV-04 somebody is queued and barred: {person.Id}");
            }

            if (await world.CallStore.FindActive(person.Id) is { } call && call.Initiator.Card.Id == call.Other.Card.Id)
            {
                violations.Add($"INV-02 a call has not two distinct members: {call.CallId}");
            }

            var invites = await world.InviteStore.LiveOf(person.Id);
            violations.AddRange(invites.GroupBy(i => i.From.Id == person.Id ? i.ToUserId : i.From.Id).Where(g => g.Count() > 1)
                .Select(g => $"INV-08 a pair has two live invites: {person.Id} and {g.Key}"));
            var history = await world.CallStore.History(person.Id, int.MaxValue, null);
            violations.AddRange(history.GroupBy(h => h.CallId).Where(h => h.Count() > 1).Select(h => $"INV-09 a call is in a history twice: {h.Key}"));
            foreach (var entry in history)
            {
                if (await world.Get<IAccountStore>().FindUser(entry.Partner.Id) is null)
                {
                    continue; // erased, and their own history with them
                }

                var theirs = await world.CallStore.FindInHistory(entry.Partner.Id, entry.CallId);
                if (theirs is null || theirs.Seconds != entry.Seconds || theirs.Reason != entry.Reason || theirs.Partner.Id != person.Id)
                {
                    violations.Add($"INV-09 two histories do not say the same: {entry.CallId}");
                }
            }
        }

        return violations;
    }
}
