namespace Matchmaker.Features.Safety;

internal enum AddressScope
{
    /// <summary>One IPv4 address, or one IPv6 /64.</summary>
    Address,

    /// <summary>A /24, or an IPv6 /48.</summary>
    Network,
}

/// <param name="BanId">Made by whoever bans: the same one twice is one.</param>
/// <param name="Scope">How much.</param>
/// <param name="Key">The keyed hash.</param>
/// <param name="Label">As it was typed, if it was.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">The sentence that whoever comes from there reads.</param>
/// <param name="Duration">How long: addresses change hands.</param>
/// <param name="DecidedBy">The admin.</param>
internal sealed record NewAddressBan(
    Guid BanId, AddressScope Scope, byte[] Key, string? Label, Reason Reason, string Text, TimeSpan Duration, Guid DecidedBy);

/// <param name="BanId">Which.</param>
/// <param name="Scope">How much.</param>
/// <param name="Key">The keyed hash.</param>
/// <param name="Label">As it was typed, if it was; only while it is in force.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">The sentence that whoever comes from there reads.</param>
/// <param name="DecidedBy">The admin.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Until">Until when.</param>
/// <param name="Remaining">The same by the store's clock; not above zero when it is over.</param>
/// <param name="LiftedAt">When it was ended before its time.</param>
/// <param name="LiftedBy">By whom.</param>
internal sealed record AddressBan(
    Guid BanId, AddressScope Scope, byte[] Key, string? Label, Reason Reason, string Text, Guid DecidedBy, DateTimeOffset TakenAt,
    DateTimeOffset Until, TimeSpan Remaining, DateTimeOffset? LiftedAt, Guid? LiftedBy)
{
    public bool InForce => LiftedAt is null && Remaining > TimeSpan.Zero;
}
