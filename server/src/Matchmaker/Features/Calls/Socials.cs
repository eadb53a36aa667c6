using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Calls;

/// <summary>Handles that a person shares with their partner on purpose: where, and which name there. Relayed, never stored.</summary>
internal static class Socials
{
    public const int MaxCount = 8;
    public const int MaxHandleLength = 64;
    private const int MaxNetworkLength = 20;

    /// <summary>Why these cannot be shared, or null. A network is lower-case letters and digits, a handle plain visible ASCII.</summary>
    public static Refusal? Check(IReadOnlyDictionary<string, string>? socials)
    {
        if (socials is not { Count: > 0 and <= MaxCount })
        {
            return CommonRefusals.InvalidArgument("socials", $"Between 1 and {MaxCount} handles.");
        }

        foreach (var (network, handle) in socials)
        {
            if (network.Length is 0 or > MaxNetworkLength || !network.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                || handle is not { Length: > 0 and <= MaxHandleLength } || !handle.All(c => c is > ' ' and < '\x7f' and not '<' and not '>'))
            {
                return CommonRefusals.InvalidArgument("socials", "A network or a handle has characters that are not allowed.");
            }
        }

        return null;
    }
}
