using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// Who people are and who is signed in. Cards and sessions are answered from bounded copies, which are dropped after
/// each change is durable; the events are raised after that, on the caller's thread, and on every other instance.
/// </summary>
internal sealed class Accounts(
    IAccountStore store, IEnumerable<ISignUpRule> rules, ICarrier carrier, IOptions<AccountOptions> options, TimeProvider time,
    ILogger<Accounts> logger)
{
    /// <summary>A login and the hexadecimal hash that is its key.</summary>
    private const int SessionBytes = 240;

    private readonly BoundedStore<string, Login> _sessions = new(
        "sessions", worth: 2, new(options.Value.CachedSessions, options.Value.CachedSessionBytes, options.Value.SessionFreshness),
        static _ => SessionBytes, time);

    private readonly BoundedStore<Guid, Card> _users = new(
        "users", worth: 1, new(options.Value.CachedUsers, options.Value.CachedUserBytes, options.Value.UserFreshness), static card => card.Weigh(), time);

    /// <summary>A profile was changed; the card that holds now.</summary>
    public event Action<Card>? Changed;

    /// <summary>A user is gone, after all their sessions.</summary>
    public event Action<Guid>? Erased;

    /// <summary>A session ended by logout or erasure (not by running out: its expiry is known to whoever holds it).</summary>
    public event Action<Guid>? SessionEnded;

    /// <summary>The bounded copies, for the memory manager. A session is worth more: without it everybody would be asked for at once.</summary>
    public IMemoryTenant Sessions => _sessions;

    public IMemoryTenant Users => _users;

    /// <summary>Sessions and users that are being loaded, and how many were not because there were too many.</summary>
    public (int Count, long Refused) Loads
    {
        get
        {
            var (sessions, users) = (_sessions.Flights, _users.Flights);
            return (sessions.Count + users.Count, sessions.Refused + users.Refused);
        }
    }

    /// <param name="request">What the person says about themselves.</param>
    /// <param name="from">Where they come from.</param>
    public async Task<Outcome<SignedIn>> SignUpGuest(GuestRequest request, AddressKeys? from = null)
    {
        if (request.Adult is not true)
        {
            return AccountRefusals.AdultRequired;
        }

        var read = Profile.Read(new ProfileRequest(request.Name, request.Gender, request.Languages, request.Interests));
        if (read.No is { } no)
        {
            return no;
        }

        if (read.Value is not { Name: { } name, Gender: { } gender } profile)
        {
            return CommonRefusals.InvalidArgument(request.Name is null ? "name" : "gender");
        }

        foreach (var rule in rules)
        {
            if (from is not null && await rule.Judge(from) is { } notYou)
            {
                return notYou;
            }
        }

        // Version 7: ids in the order of time keep the index of a growing table in few pages.
        var card = new Card(Guid.CreateVersion7(time.GetUtcNow()), name, gender, profile.Languages ?? [], profile.Interests ?? []);
        var token = SessionToken.Create();
        var login = await store.Create(card, Guid.NewGuid(), SessionToken.Hash(token)!, options.Value.SessionLifetime, from);
        AccountLog.SignedUp(logger, card.Id);
        return new SignedIn(token, login.ExpiresAt, card);
    }

    /// <summary>The login behind a token, or null. Answers from a stale copy while the database is away, if there is one.</summary>
    public async Task<Login?> FindSession(string token)
    {
        if (SessionToken.Hash(token) is not { } hash)
        {
            return null;
        }

        var key = Convert.ToHexString(hash);
        Login? login;
        try
        {
            login = await _sessions.Get(key, _ => store.FindSession(hash));
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            if (!_sessions.TryGetStale(key, out login))
            {
                throw;
            }
        }

        return login is not null && login.ExpiresAt > time.GetUtcNow() ? login : null;
    }

    /// <summary>
    /// The user of a login, or null when the login is over; never from a copy, but a copy is kept, so that the same person
    /// is let in while the database is away.
    /// </summary>
    public async Task<SignedInUser?> FindSignedIn(Guid sessionId, AddressKeys? from = null)
    {
        var user = await store.FindSignedIn(sessionId, from);
        if (user is not null)
        {
            await _users.Get(user.Card.Id, _ => Task.FromResult<Card?>(user.Card));
        }

        return user;
    }

    /// <summary>The copy of a card, however old, for when the database is away; null without one.</summary>
    public Card? FindCopy(Guid userId) => _users.TryGetStale(userId, out var card) ? card : null;

    public ValueTask<Card?> FindCard(Guid userId) => _users.Get(userId, store.FindUser);

    /// <summary>
    /// The cards of those who exist. What is not in memory is read in one statement and not kept: a page of strangers
    /// would push out the people who are here.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, Card>> FindCards(IReadOnlyCollection<Guid> userIds)
    {
        var found = new Dictionary<Guid, Card>();
        var missing = new List<Guid>();
        foreach (var id in userIds.Distinct())
        {
            if (_users.TryGet(id, out var card))
            {
                found[id] = card;
            }
            else
            {
                missing.Add(id);
            }
        }

        if (missing.Count > 0)
        {
            foreach (var card in await store.FindUsers(missing))
            {
                found[card.Id] = card;
            }
        }

        return found;
    }

    public async Task<Outcome<Card>> Change(Guid userId, ProfileRequest request)
    {
        var profile = Profile.Read(request);
        if (profile.No is { } no)
        {
            return no;
        }

        var card = await store.Change(userId, profile.Value!);
        _users.Remove(userId);
        if (card is null)
        {
            return AccountRefusals.SessionEnded;
        }

        Changed?.Invoke(card);
        carrier.Tell(AccountTopics.Changed, card);
        return card;
    }

    /// <summary>Another instance changed it.</summary>
    public void HearChanged(Card card)
    {
        _users.Remove(card.Id);
        Changed?.Invoke(card);
    }

    public async Task Logout(Guid sessionId)
    {
        await store.EndSession(sessionId);
        HearEnded(sessionId);
        carrier.Tell(AccountTopics.SessionEnded, sessionId);
    }

    /// <summary>Ends those of the logins here that ended elsewhere unheard.</summary>
    public async Task CatchUp(IReadOnlyCollection<Guid> sessionIds)
    {
        var held = await store.ListSessions(sessionIds);
        foreach (var sessionId in sessionIds.Except(held))
        {
            HearEnded(sessionId);
        }
    }

    /// <summary>The copies of a user's logins say something that no longer holds.</summary>
    public void ForgetLogins(Guid userId) => _sessions.RemoveWhere(login => login.UserId == userId);

    /// <summary>A login is over, wherever it was ended.</summary>
    public void HearEnded(Guid sessionId)
    {
        _sessions.RemoveWhere(login => login.SessionId == sessionId);
        SessionEnded?.Invoke(sessionId);
    }

    /// <summary>The last step of <see cref="Erasure"/>: the user's own row and all logins.</summary>
    internal async Task Erase(Guid userId)
    {
        var sessions = await store.Erase(userId);
        foreach (var session in sessions)
        {
            HearEnded(session);
            carrier.Tell(AccountTopics.SessionEnded, session);
        }

        AccountLog.Erased(logger, userId);
        HearErased(userId);
        carrier.Tell(AccountTopics.Erased, userId);
    }

    /// <summary>A user is gone, wherever they were erased.</summary>
    public void HearErased(Guid userId)
    {
        _sessions.RemoveWhere(login => login.UserId == userId);
        _users.Remove(userId);
        Erased?.Invoke(userId);
    }
}
