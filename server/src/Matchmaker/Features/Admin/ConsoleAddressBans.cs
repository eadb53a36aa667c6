using Matchmaker.Features.Safety;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>Addresses and networks that nobody comes in from, as the console shows them.</summary>
internal sealed class ConsoleAddressBans(AddressBans bans, IAddressBanStore store, AdminAccounts accounts)
{
    private const int MaxListed = 200;
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public async Task<AddressBanList> List(AdminLogin me, bool inForce)
    {
        var views = await Views(me);
        return new AddressBanList([.. (inForce ? await store.InForce(MaxListed) : await store.List(MaxListed)).Select(views.Ban)]);
    }

    public async Task<Outcome<AddressBanReach>> Reach(Guid? userId, AddressScope? scope, string? cidr)
    {
        var there = await Find(userId, scope, cidr);
        return there.No is { } no ? no : new AddressBanReach(await store.Reach(there.Value!.Scope, there.Value.Key));
    }

    public async Task<Outcome<AddressBanView>> Take(AdminLogin me, AddressBanRequest request)
    {
        if (request is not { Reason: { } reason, DurationSeconds: { } seconds })
        {
            return CommonRefusals.InvalidArgument(request.Reason is null ? "reason" : "durationSeconds");
        }

        var duration = TimeSpan.FromSeconds(seconds);
        if (duration < Shortest || duration > Longest)
        {
            return CommonRefusals.InvalidArgument("durationSeconds", "An address is banned for a minute to 30 days: it will be somebody else's.");
        }

        var there = await Find(request.UserId, request.Scope, request.Cidr);
        if (there.No is { } no)
        {
            return no;
        }

        var taken = await bans.Take(new NewAddressBan(
            request.BanId is { } id && id != Guid.Empty ? id : Guid.NewGuid(), there.Value!.Scope, there.Value.Key, there.Value.Label, reason,
            request.Text ?? "", duration, me.AdminId));
        return taken.No is { } refused ? refused : (await Views(me)).Ban(taken.Value!);
    }

    public async Task<Outcome<AddressBanView>> Lift(AdminLogin me, Guid banId, LiftRequest? request)
    {
        if (!Notes.TryRead(request?.Note, out var note))
        {
            return CommonRefusals.InvalidArgument("note");
        }

        var lifted = await bans.Lift(banId, me.AdminId, note);
        return lifted.Value is { } done ? (await Views(me)).Ban(done)
            : await store.Find(banId) is { } over ? (await Views(me)).Ban(over)
            : CommonRefusals.NotFound;
    }

    /// <summary>Where a user is, or what was typed.</summary>
    private async Task<Outcome<There>> Find(Guid? userId, AddressScope? scope, string? cidr)
    {
        if (cidr is not null)
        {
            var read = await bans.Read(cidr);
            return read.No is { } no ? no : new There(read.Value.Scope, read.Value.Key, cidr.Trim());
        }

        if (userId is null || scope is not { } wide)
        {
            return CommonRefusals.InvalidArgument(userId is null ? "userId" : "scope");
        }

        // Where the latest login comes from; nothing is known of somebody who has none.
        return await store.KeysOf(userId.Value) is [var from, ..]
            ? new There(wide, wide == AddressScope.Address ? from.Address : from.Network, Label: null)
            : CommonRefusals.NotFound;
    }

    private sealed record There(AddressScope Scope, byte[] Key, string? Label);

    private async Task<ConsoleViews> Views(AdminLogin me) => new(await accounts.Names(), me);
}
