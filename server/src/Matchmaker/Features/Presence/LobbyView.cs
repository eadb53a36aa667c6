using Matchmaker.Features.Safety;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Presence;

/// <summary>Opens a window on the lobby for somebody: checks what they wish and loads whom they must not meet.</summary>
internal sealed class LobbyView(Lobby lobby, ISafetyStore safety)
{
    public async Task<Outcome<LobbySnapshot>> Watch(Connection connection, LobbyWishes? wishes)
    {
        if (Check(wishes) is { } no)
        {
            return no;
        }

        return lobby.Watch(await Create(connection.Id, connection.UserId, wishes));
    }

    public async Task<Outcome<LobbyPage>> Page(Guid userId, LobbyWishes wishes) =>
        Check(wishes) is { } no ? no : lobby.Page(await Create("", userId, wishes));

    private static Refusal? Check(LobbyWishes? wishes) =>
        wishes?.Limit is < 1 or > LobbyWatch.MaxLimit
            ? CommonRefusals.InvalidArgument("limit", $"The limit must be 1..{LobbyWatch.MaxLimit}.")
            : wishes?.Genders is { Count: > 4 } ? CommonRefusals.InvalidArgument("genders") : null;

    private async Task<LobbyWatch> Create(string connectionId, Guid userId, LobbyWishes? wishes) => new(
        connectionId, userId, wishes?.Genders, wishes?.Limit ?? LobbyWatch.DefaultLimit, new AvoidList(await safety.AvoidOf(userId)));
}
