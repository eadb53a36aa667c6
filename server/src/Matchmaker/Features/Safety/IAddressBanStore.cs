using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Safety;

/// <summary>Addresses that nobody comes in from, by keyed hash; with their audit entries. Expiry goes by the store's clock.</summary>
internal interface IAddressBanStore
{
    /// <summary>
    /// Bans; one of before under this id is answered as it stands. Null when <paramref name="max"/> are in force.
    /// </summary>
    Task<AddressBan?> Take(NewAddressBan ban, int max);

    /// <summary>Ends one before its time; null when it was over or never was.</summary>
    Task<AddressBan?> Lift(Guid banId, Guid actor, string note);

    Task<AddressBan?> Find(Guid banId);

    /// <summary>Those in force, the latest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<AddressBan>> InForce(int limit);

    /// <summary>All, the latest first.</summary>
    Task<IReadOnlyList<AddressBan>> List(int limit, int skip = 0);

    /// <summary>How many users have a login that comes from there.</summary>
    Task<int> Reach(AddressScope scope, byte[] key);

    /// <summary>Where the logins of a user come from, each once; nothing is known of old ones.</summary>
    Task<IReadOnlyList<AddressKeys>> KeysOf(Guid userId);

    /// <summary>How many other users have a login from an address, and from a network, of one of this user's.</summary>
    Task<(int Address, int Network)> Shares(Guid userId);

    /// <summary>Deletes at most <paramref name="limit"/> labels of bans that are over; answers how many.</summary>
    Task<int> DeleteLabels(int limit);

    /// <summary>How many there are, at most <paramref name="limit"/>.</summary>
    Task<int> CountLabels(int limit);
}
