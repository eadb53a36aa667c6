namespace Matchmaker.Features.Accounts;

/// <summary>A route of a user that also somebody may call who is banned: to say something against it, to take what is theirs, to go.</summary>
internal sealed record AllowsBanned;

internal static class AllowsBannedExtensions
{
    public static TBuilder AllowsBanned<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AllowsBanned());
}
