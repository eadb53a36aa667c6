using System.Buffers.Text;
using System.Security.Cryptography;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// The secret of a login: 256 random bits in base64url. Only its SHA-256 is ever kept; a plain hash is enough, because
/// there is nothing to guess.
/// </summary>
internal static class SessionToken
{
    /// <summary>Characters of every token.</summary>
    public const int Length = 43;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash of the token, or null for a text that cannot be one (then no look-up is worth it).</summary>
    public static byte[]? Hash(string token)
    {
        Span<byte> bytes = stackalloc byte[32];
        return token.Length == Length && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var n) && n == 32
            ? SHA256.HashData(bytes)
            : null;
    }
}
