using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Hub tickets: signed, not stored. The bytes are user, session, the connection's id, expiry (Unix ms) and tab, then an
/// HMAC-SHA256 over them with a key that all instances share; the key before it is still accepted. That a ticket works
/// once is the store's business: its id is the name of the connection.
/// </summary>
internal sealed class HubTickets(IPresenceStore store, TimeProvider time, IOptions<PresenceOptions> options)
{
    private const int FixedBytes = 16 + 16 + 16 + 8;
    private const int MaxTabLength = 64;
    private static readonly TimeSpan KeysFor = TimeSpan.FromMinutes(1);
    private (HubTicketKeys Keys, DateTimeOffset Until)? _keys;

    /// <summary>A tab's id: 8..64 characters of base64url.</summary>
    public static bool IsTab(string? tab) =>
        tab is { Length: >= 8 and <= MaxTabLength } && tab.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>A connection that is to come, under a name of its own.</summary>
    public static Connection NewConnection(Guid userId, Guid sessionId, string tab) =>
        new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), userId, sessionId, tab);

    /// <summary>The ticket that opens this connection.</summary>
    public async Task<HubTicketResponse> Issue(Connection connection)
    {
        var keys = await Keys();
        var expires = time.GetUtcNow() + options.Value.HubTicketLifetime;
        var bytes = new byte[FixedBytes + connection.Tab.Length];
        connection.UserId.TryWriteBytes(bytes, bigEndian: true, out _);
        connection.SessionId.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        Base64Url.DecodeFromChars(connection.Id, bytes.AsSpan(32, 16));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(48), expires.ToUnixTimeMilliseconds());
        Encoding.ASCII.GetBytes(connection.Tab, bytes.AsSpan(FixedBytes));
        return new HubTicketResponse(
            Base64Url.EncodeToString([.. bytes, .. HMACSHA256.HashData(keys.Current, bytes)]), expires);
    }

    /// <summary>The connection that a ticket stands for, or null when it is forged, damaged or expired.</summary>
    public async Task<Connection?> Read(string? ticket)
    {
        if (ticket is not { Length: <= 256 } || !Base64Url.IsValid(ticket))
        {
            return null;
        }

        var all = Base64Url.DecodeFromChars(ticket);
        var length = all.Length - HMACSHA256.HashSizeInBytes;
        if (length is < FixedBytes or > FixedBytes + MaxTabLength)
        {
            return null;
        }

        var keys = await Keys();
        if (!IsSigned(keys.Current, all, length) && (keys.Previous is null || !IsSigned(keys.Previous, all, length)))
        {
            return null;
        }

        var expires = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(all.AsSpan(48)));
        return expires <= time.GetUtcNow() ? null : new Connection(
            Base64Url.EncodeToString(all.AsSpan(32, 16)),
            new Guid(all.AsSpan(0, 16), bigEndian: true),
            new Guid(all.AsSpan(16, 16), bigEndian: true),
            Encoding.ASCII.GetString(all.AsSpan(FixedBytes..length)));
    }

    private static bool IsSigned(byte[] key, byte[] all, int length) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, all.AsSpan(0, length)), all.AsSpan(length));

    // Asked again each minute, so that a rotated key reaches every instance; without the database the last answer stands.
    private async Task<HubTicketKeys> Keys()
    {
        var now = time.GetUtcNow();
        if (_keys is { } known && known.Until > now)
        {
            return known.Keys;
        }

        try
        {
            var keys = await store.HubTicketKeys();
            _keys = (keys, now + KeysFor);
            return keys;
        }
        catch (Exception e) when (_keys is not null && Platform.Postgres.DatabaseFailure.IsAway(e))
        {
            return _keys.Value.Keys;
        }
    }
}
