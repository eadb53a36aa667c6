using System.Security.Cryptography;
using OtpNet;

namespace Matchmaker.Features.Admin;

/// <summary>Codes of an authenticator app: RFC 6238 with SHA-1, six digits and 30 s, which is what all apps can do. Pure.</summary>
internal static class OneTimeCodes
{
    private const string Issuer = "Matchmaker";
    private const int KeyBytes = 20;

    // One step early or late: a phone's clock is seconds off, and people take seconds to type.
    private static readonly VerificationWindow _window = new(previous: 1, future: 1);

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>What an authenticator reads, typed or as a picture.</summary>
    public static string Address(string email, byte[] key) =>
        $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(email)}?secret={Base32Encoding.ToString(key).TrimEnd('=')}&issuer={Issuer}";

    /// <summary>The time step whose code this is, or null when it is none of those around now.</summary>
    public static long? Step(byte[] key, string code, DateTimeOffset now) =>
        code.Length == 6 && code.All(char.IsAsciiDigit) && new Totp(key).VerifyTotp(now.UtcDateTime, code, out var step, _window) ? step : null;
}
