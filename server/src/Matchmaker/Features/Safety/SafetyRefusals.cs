using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Safety;

/// <summary>Every "no" of safety.</summary>
internal static class SafetyRefusals
{
    public static readonly Refusal Self = new("self", "That is you.", Status: StatusCodes.Status400BadRequest);

    public static readonly Refusal TooManyBlocks = new("too_many_blocks", "You have blocked as many people as you may.");
}
