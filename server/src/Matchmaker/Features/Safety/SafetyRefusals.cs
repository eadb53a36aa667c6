using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Safety;

/// <summary>Every "no" of safety.</summary>
internal static class SafetyRefusals
{
    public static readonly Refusal Self = new("self", "That is you.", Status: StatusCodes.Status400BadRequest);

    public static readonly Refusal TooManyBlocks = new("too_many_blocks", "You have blocked as many people as you may.");

    /// <summary>Over HTTP with <c>reason</c>, <c>text</c>, <c>until</c> and <c>appealable</c>.</summary>
    public static readonly Refusal Banned = new("banned", "You are banned.", Status: StatusCodes.Status403Forbidden);

    public static readonly Refusal Held = new("held", "You may not meet anybody for the time being.", Status: StatusCodes.Status403Forbidden);

    public static readonly Refusal NothingToAppeal =
        new("nothing_to_appeal", "Nothing is held against you.", Status: StatusCodes.Status404NotFound);

    public static readonly Refusal AppealExists = new("appeal_exists", "You have appealed against this already.");

    public static readonly Refusal AlreadyDecided = new("already_decided", "Somebody has decided this already.");

    public static readonly Refusal SameDecider =
        new("same_decider", "Another admin than the one who took the measure decides.", Status: StatusCodes.Status403Forbidden);

    public static readonly Refusal TooManyBans = new("too_many_bans", "As many addresses are banned as may be.");
}
