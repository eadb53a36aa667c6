using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Presence;

/// <summary>
/// One socket of a user, named by the hub ticket that opened it. What a live connection needs hangs here and not on a
/// cache: at most 1 KB.
/// </summary>
internal sealed class Connection(string id, Guid userId, Guid sessionId, string tab)
{
    private volatile Card _card = Cards.Deleted(userId);

    public string Id => id;

    public Guid UserId => userId;

    public Guid SessionId => sessionId;

    /// <summary>Where it comes from; set before it opens.</summary>
    public AddressKeys? From { get; set; }

    /// <summary>What stands against the user, for whoever wants to know whether to ask; set when it opens, and on each change.</summary>
    public Mark? Mark { get; set; }

    /// <summary>The page's own random id: a connection with the same tab takes this one's place.</summary>
    public string Tab => tab;

    /// <summary>The user as strangers see them; set when the connection opens, and again when they change it.</summary>
    public Card Card
    {
        get => _card;
        set => _card = value;
    }

    /// <summary>A newer connection took the place; what this one still does or fails to do no longer counts.</summary>
    public bool Displaced { get; set; }
}
