using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>
/// A pool and the plainest possible account of what it should hold, driven by random numbers. Every wrong pair, lost
/// or doubled ticket throws.
/// </summary>
internal sealed class MatchPoolModel(int users, MatchRules rules)
{
    private static readonly string[] _languages = ["en", "de", "fr", "tr"];

    private readonly MatchPool _pool = new(rules);
    private readonly Dictionary<Guid, Ticket> _waiting = [];
    private readonly Dictionary<Guid, Flying> _flying = [];
    private long _milliseconds;

    public DateTimeOffset Now => Noon.AddMilliseconds(_milliseconds);

    public int PairsSeen { get; private set; }

    public int Waiting => _waiting.Count;

    public void Step(uint random)
    {
        _milliseconds += 1 + (random >> 3) % 1500;
        var user = User((int)((random >> 8) % users));
        switch (random % 16)
        {
            case < 6: Add(MakeTicket(user, random, Now)); break;
            case < 8: Remove(user); break;
            case < 11: Propose((int)(random >> 8) % 4); break;
            case < 13: Land(succeed: random % 2 == 0, (int)(random >> 8)); break;
            case < 15: Tick(1 + (int)(random >> 8) % 5); break;
            default: Block(user, User((int)((random >> 16) % users))); break;
        }

        Check();
    }

    /// <summary>Somebody who may have waited up to half a minute already; the clock stands still.</summary>
    public void Arrive(int user, uint random) =>
        Add(MakeTicket(User(user), random, Now.AddMilliseconds(-(random % 30_000))));

    public void Propose(int maxPairs)
    {
        var pairs = _pool.Propose(maxPairs, Now);
        Assert.True(pairs.Count <= maxPairs);
        foreach (var pair in pairs)
        {
            PairsSeen++;
            Assert.True(pair.Initiator.UserId.CompareTo(pair.Polite.UserId) < 0);
            Assert.Equal((pair.Initiator.CallSeconds + pair.Polite.CallSeconds) / 2, pair.CallSeconds);
            Assert.True(MayMeet(pair.Initiator, pair.Polite), "A pair against the rules was proposed.");
            TakeOff(pair.Initiator);
            TakeOff(pair.Polite);
        }
    }

    public void Tick(int maxTickets)
    {
        foreach (var ticket in _pool.Tick(Now, maxTickets))
        {
            Assert.Same(_waiting[ticket.UserId], ticket);
            Assert.NotEqual(Widened.None, Widening.At(ticket, Now, rules));
        }
    }

    /// <summary>Outcomes for all who are in flight: every call starts.</summary>
    public void LandAll()
    {
        while (_flying.Count > 0)
        {
            Land(succeed: true, 0);
        }

        Check();
    }

    /// <summary>Two who wait and may meet, if there are any: nobody should be left like that.</summary>
    public (Ticket, Ticket)? FindUnmatched()
    {
        var waiting = _waiting.Values.ToArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (MayMeet(waiting[i], waiting[j]))
                {
                    return (waiting[i], waiting[j]);
                }
            }
        }

        return null;
    }

    public void Check()
    {
        _pool.CheckIntegrity();
        Assert.Equal(_waiting.Count, _pool.Count);
        Assert.Equal(_flying.Count, _pool.InFlight);
        var line = _waiting.Values.OrderBy(ticket => ticket.JoinedAt).ToList();
        for (var number = 0; number < users; number++)
        {
            var user = User(number);
            var waiting = _waiting.GetValueOrDefault(user);
            var expected = waiting ?? _flying.GetValueOrDefault(user)?.ComesBack;
            Assert.Same(expected, _pool.Find(user));
            Assert.Equal(expected is not null, _pool.Contains(user));
            if (waiting is not null)
            {
                Assert.Equal(line.IndexOf(waiting) + 1, _pool.Position(user));
            }
        }
    }

    private void Add(Ticket ticket)
    {
        var flying = _flying.GetValueOrDefault(ticket.UserId);
        var isNew = flying is null ? !_waiting.ContainsKey(ticket.UserId) : flying.ComesBack is null;
        Assert.Equal(isNew, _pool.Add(ticket, Now));
        if (flying is not null)
        {
            flying.ComesBack = ticket;
            return;
        }

        if (!isNew)
        {
            Assert.Equal(_waiting[ticket.UserId].JoinedAt, ticket.JoinedAt);
        }

        _waiting[ticket.UserId] = ticket;
    }

    private void Remove(Guid user)
    {
        Ticket? expected;
        if (_flying.TryGetValue(user, out var flying))
        {
            expected = flying.ComesBack;
            flying.ComesBack = null;
            flying.Left = true;
        }
        else
        {
            _waiting.Remove(user, out expected);
        }

        Assert.Same(expected, _pool.Remove(user));
    }

    private void TakeOff(Ticket ticket)
    {
        Assert.True(_waiting.Remove(ticket.UserId, out var waiting), "Somebody who does not wait was proposed.");
        Assert.Same(waiting, ticket);
        _flying.Add(ticket.UserId, new Flying { Pair = ticket, ComesBack = ticket });
    }

    private void Land(bool succeed, int which)
    {
        if (_flying.Count == 0)
        {
            return;
        }

        var (user, flying) = _flying.OrderBy(pair => pair.Key).ElementAt(which % _flying.Count);
        _flying.Remove(user);
        var back = flying.ComesBack;
        if (succeed)
        {
            _pool.Settle(flying.Pair, Now);
            back = back?.TicketId == flying.Pair.TicketId ? null : back;
        }
        else
        {
            Assert.Equal(back is not null, _pool.Return(flying.Pair, Now));
            if (back is not null && !flying.Left)
            {
                Assert.Equal(flying.Pair.JoinedAt, back.JoinedAt);
            }
        }

        if (back is not null)
        {
            _waiting.Add(user, back);
        }
    }

    private void Block(Guid user, Guid other)
    {
        if (user == other)
        {
            return;
        }

        _waiting.GetValueOrDefault(user)?.AddAvoid(other, Now.AddMinutes(2));
        _flying.GetValueOrDefault(user)?.Pair.AddAvoid(other);
    }

    private Ticket MakeTicket(Guid user, uint random, DateTimeOffset joinedAt)
    {
        var ticket = new Ticket
        {
            TicketId = Guid.NewGuid(),
            UserId = user,
            Gender = (Gender)(random >> 5 & 3),
            Wants = Wants.FromBits((byte)((random >> 12 & 15) | (random >> 16 & 15))),
            Languages = Tags.Of(_languages.Where((_, i) => (random >> 20 & random >> 24 & (1u << i)) != 0)),
            Interests = Tags.Of(_languages.Where((_, i) => (random >> 14 & (1u << i)) != 0)),
            CallSeconds = 60 + (int)(random >> 6) % 1741,
            JoinedAt = joinedAt,
            ConnectionId = "any",
        };
        ticket.AddAvoid(User((int)((random >> 17) % users)), Now.AddSeconds(random % 60));
        return ticket;
    }

    // Written from the contract, on purpose not with the code under test.
    private bool MayMeet(Ticket a, Ticket b)
    {
        var soft = Now - a.JoinedAt >= rules.LanguagesHardFor && Now - b.JoinedAt >= rules.LanguagesHardFor;
        var left = a.Languages.Words.ToArray();
        var right = b.Languages.Words.ToArray();
        return a.UserId != b.UserId
            && (a.Wants.Bits & (1 << (int)b.Gender)) != 0
            && (b.Wants.Bits & (1 << (int)a.Gender)) != 0
            && (soft || left.Length == 0 || right.Length == 0 || left.Intersect(right).Any())
            && !a.Avoids(b.UserId, Now)
            && !b.Avoids(a.UserId, Now);
    }

    private sealed class Flying
    {
        public required Ticket Pair { get; init; }

        public required Ticket? ComesBack { get; set; }

        public bool Left { get; set; }
    }
}
