namespace Matchmaker.Features.Calls;

/// <summary>
/// What a call leaves for whoever repeats a command: how it ended, and the wishes that <c>Next</c> joins with. Thousands are
/// remembered, so nothing else of the call stays with it.
/// </summary>
internal sealed record RememberedCall(Guid InitiatorId, Guid OtherId, string? InitiatorWishes, string? OtherWishes, Task<CallEnded> Ending)
{
    public bool Has(Guid userId) => InitiatorId == userId || OtherId == userId;

    public string? WishesOf(Guid userId) => InitiatorId == userId ? InitiatorWishes : OtherWishes;

    public static RememberedCall Of(LiveCall call)
    {
        lock (call.Gate)
        {
            return new RememberedCall(
                call.Initiator.UserId, call.Other.UserId, call.Initiator.Wishes, call.Other.Wishes,
                call.Ending ?? throw new InvalidOperationException("Only a call that ends is remembered."));
        }
    }
}
