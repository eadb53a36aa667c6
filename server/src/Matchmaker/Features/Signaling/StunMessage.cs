using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Matchmaker.Features.Signaling;

/// <summary>What the look at a relay asks it.</summary>
internal enum StunMethod
{
    Binding = 1,
    Allocate = 3,
    Refresh = 4,
}

/// <summary>Who asks: name and password, and what the server told in its first refusal.</summary>
internal sealed record StunLogin(string Username, string Credential, byte[] Realm, byte[] Nonce);

/// <summary>An answer; <paramref name="Error"/> is null when it is a yes.</summary>
internal sealed record StunAnswer(int? Error, byte[]? Realm, byte[]? Nonce);

/// <summary>Requests and answers of STUN and TURN (RFC 8489, 8656), as far as a look at a relay needs them.</summary>
internal static class StunMessage
{
    public const int HeaderLength = 20;
    public const int IdLength = 12;

    private const uint Cookie = 0x2112A442;
    private const int ClassBits = 0x0110;
    private const int Success = 0x0100;
    private const int Failure = 0x0110;

    private const ushort Username = 0x0006;
    private const ushort Integrity = 0x0008;
    private const ushort ErrorCode = 0x0009;
    private const ushort Lifetime = 0x000D;
    private const ushort Realm = 0x0014;
    private const ushort Nonce = 0x0015;
    private const ushort RequestedTransport = 0x0019;

    private const int IntegrityLength = 20;

    private static readonly byte[] _udp = [17, 0, 0, 0];
    private static readonly byte[] _none = new byte[4];

    /// <summary>A request; an Allocate asks for an address for UDP, a Refresh gives it back.</summary>
    public static byte[] Request(StunMethod method, ReadOnlySpan<byte> id, StunLogin? login = null)
    {
        var message = new List<byte>(256);
        Add16(message, (ushort)method);
        Add16(message, 0);
        Add32(message, Cookie);
        message.AddRange(id);
        if (method != StunMethod.Binding)
        {
            Add(message, method == StunMethod.Allocate ? RequestedTransport : Lifetime, method == StunMethod.Allocate ? _udp : _none);
        }

        if (login is not null)
        {
            Add(message, Username, Encoding.UTF8.GetBytes(login.Username));
            Add(message, Nonce, login.Nonce);
            Add(message, Realm, login.Realm);
            Sign(message, login);
        }

        var bytes = message.ToArray();
        SetLength(bytes, bytes.Length);
        return bytes;
    }

    /// <summary>The answer to that request; null when it is something else.</summary>
    public static StunAnswer? Read(ReadOnlySpan<byte> packet, StunMethod method, ReadOnlySpan<byte> id)
    {
        if (packet.Length < HeaderLength || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != Cookie
            || !packet[8..HeaderLength].SequenceEqual(id) || Length(packet) != packet.Length)
        {
            return null;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(packet);
        if ((type & ~ClassBits) != (int)method || (type & ClassBits) is not (Success or Failure))
        {
            return null;
        }

        var (error, realm, nonce) = ((int?)null, (byte[]?)null, (byte[]?)null);
        for (var rest = packet[HeaderLength..]; rest.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length > rest.Length - 4)
            {
                return null;
            }

            var value = rest.Slice(4, length);
            switch (BinaryPrimitives.ReadUInt16BigEndian(rest))
            {
                case ErrorCode when length >= 4:
                    error ??= ((value[2] & 7) * 100) + value[3];
                    break;
                case Realm:
                    realm ??= value.ToArray();
                    break;
                case Nonce:
                    nonce ??= value.ToArray();
                    break;
            }

            rest = rest[Math.Min(rest.Length, 4 + Padded(length))..];
        }

        return (type & ClassBits) == Success ? new StunAnswer(null, realm, nonce) : new StunAnswer(error ?? 0, realm, nonce);
    }

    /// <summary>How long the message is that begins so, over a stream.</summary>
    public static int Length(ReadOnlySpan<byte> header) => HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(header[2..]);

    // Both algorithms are the protocol's: the key of a login is an MD5, the signature an HMAC-SHA1.
    [SuppressMessage("Security", "CA5350", Justification = "RFC 8489, 14.5")]
    [SuppressMessage("Security", "CA5351", Justification = "RFC 8489, 9.2.2")]
    private static void Sign(List<byte> message, StunLogin login)
    {
        var bytes = message.ToArray();
        SetLength(bytes, bytes.Length + 4 + IntegrityLength); // what is signed counts the signature
        byte[] key = [.. Encoding.UTF8.GetBytes(login.Username + ":"), .. login.Realm, .. Encoding.UTF8.GetBytes(":" + login.Credential)];
        Add(message, Integrity, HMACSHA1.HashData(MD5.HashData(key), bytes));
    }

    private static void Add(List<byte> message, ushort type, byte[] value)
    {
        Add16(message, type);
        Add16(message, (ushort)value.Length);
        message.AddRange(value);
        message.AddRange(new byte[Padded(value.Length) - value.Length]);
    }

    private static void Add16(List<byte> message, ushort value) => message.AddRange([(byte)(value >> 8), (byte)value]);

    private static void Add32(List<byte> message, uint value)
    {
        Add16(message, (ushort)(value >> 16));
        Add16(message, (ushort)value);
    }

    private static void SetLength(byte[] message, int whole) =>
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(whole - HeaderLength));

    private static int Padded(int length) => (length + 3) & ~3;
}
