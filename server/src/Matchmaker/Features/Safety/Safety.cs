using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Safety;

/// <summary>Who does not want to meet whom.</summary>
internal sealed class Safety(
    ISafetyStore store, Accounts.Accounts accounts, ICarrier carrier, IOptions<SafetyOptions> options, ILogger<Safety> logger) : IErasable
{
    /// <summary>
    /// Somebody (first) blocked somebody (second): raised when the block is durable, and also when it could not be
    /// written because the database is away. Whoever presses the button is out of the call either way. On every instance.
    /// </summary>
    public event Action<Guid, Guid>? Blocked;

    /// <summary>No block stands between the two any more; they may meet from then on (null: now).</summary>
    public event Action<Guid, Guid, DateTimeOffset?>? Unblocked;

    public async Task<Outcome<Nothing>> Block(Guid blocker, Guid blocked)
    {
        if (blocker == blocked)
        {
            return SafetyRefusals.Self;
        }

        try
        {
            if (await accounts.FindCard(blocked) is null)
            {
                return CommonRefusals.NotFound;
            }

            if (!await store.Block(blocker, blocked, options.Value.MaxBlocks))
            {
                return SafetyRefusals.TooManyBlocks;
            }
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            SafetyLog.BlockNotWritten(logger);
            TellBlocked(blocker, blocked);
            return CommonRefusals.Unavailable;
        }

        TellBlocked(blocker, blocked);
        return Nothing.Value;
    }

    /// <summary>Takes a block back. The other's own block, and a cooldown, stand.</summary>
    public async Task Unblock(Guid blocker, Guid blocked)
    {
        await store.Unblock(blocker, blocked);
        if (!await store.IsBlocked(blocker, blocked))
        {
            var told = new UnblockTold(blocker, blocked, await store.CooldownUntil(blocker, blocked));
            HearUnblocked(told);
            carrier.Tell(SafetyTopics.Unblocked, told);
        }
    }

    public async Task<BlockList> Blocks(Guid userId)
    {
        var ids = await store.Blocks(userId);
        var cards = await accounts.FindCards(ids);
        return new BlockList([.. ids.Select(id => cards.GetValueOrDefault(id)).OfType<Card>()]);
    }

    public Task Erase(Guid userId) => store.Erase(userId);

    public void HearBlocked(BlockTold told) => Blocked?.Invoke(told.Blocker, told.Blocked);

    public void HearUnblocked(UnblockTold told) => Unblocked?.Invoke(told.Blocker, told.Blocked, told.Until);

    /// <summary>A block was written, here or together with something else, or could not be.</summary>
    public void TellBlocked(Guid blocker, Guid blocked)
    {
        var told = new BlockTold(blocker, blocked);
        HearBlocked(told);
        carrier.Tell(SafetyTopics.Blocked, told);
    }
}
