using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// Where somebody comes from, without the address: keyed hashes of 16 bytes, which say no more than whether two are the
/// same. Pure.
/// </summary>
/// <param name="Address">One IPv4 address, or an IPv6 /64 (a household has a whole one).</param>
/// <param name="Network">The /24 or the IPv6 /48.</param>
/// <param name="Origin">What counts as one network when reports are weighed: the /24 or the IPv6 /64.</param>
internal sealed record AddressKeys(byte[] Address, byte[] Network, byte[] Origin)
{
    /// <summary>Bytes of every key: enough that no two of all IPv4 addresses share one.</summary>
    public const int Length = 16;

    public static AddressKeys From(IPAddress address, byte[] secret)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var isV4 = plain.AddressFamily == AddressFamily.InterNetwork;
        var bytes = plain.GetAddressBytes();
        return new AddressKeys(
            Hash(secret, 'a', bytes.AsSpan(0, isV4 ? 4 : 8)),
            Hash(secret, 'n', bytes.AsSpan(0, isV4 ? 3 : 6)),
            Hash(secret, 'o', bytes.AsSpan(0, isV4 ? 3 : 8)));
    }

    /// <summary>By content.</summary>
    public bool Equals(AddressKeys? other) => other is not null
        && Address.AsSpan().SequenceEqual(other.Address) && Network.AsSpan().SequenceEqual(other.Network)
        && Origin.AsSpan().SequenceEqual(other.Origin);

    public override int GetHashCode() => BitConverter.ToInt32(Address);

    // What it is a key of goes in first: an address and its network are never the same key.
    private static byte[] Hash(byte[] secret, char kind, ReadOnlySpan<byte> prefix)
    {
        Span<byte> named = stackalloc byte[1 + 8];
        named[0] = (byte)kind;
        prefix.CopyTo(named[1..]);
        return HMACSHA256.HashData(secret, named[..(1 + prefix.Length)])[..Length];
    }
}
