namespace Matchmaker.Features.Presence;

/// <summary>Something that a user without a connection may come back to: they are let in although memory is short.</summary>
internal interface IKeptPlace
{
    bool IsKept(Guid userId);
}
