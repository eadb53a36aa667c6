using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Safety;

/// <summary>
/// Addresses that nobody comes in from. Every instance knows all that are in force, so that nobody waits for a look-up;
/// <see cref="MeasureWatch"/> has them read again when another instance changed one. They end by the store's clock: what
/// remains is measured from when it was read.
/// </summary>
internal sealed class AddressBans(
    IAddressBanStore store, ClientKeys keys, SafetyMetrics metrics, IOptions<SafetyOptions> options, TimeProvider time,
    ILogger<AddressBans> logger)
    : ISignUpRule, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Dictionary<(AddressScope, UInt128), Entry>? _inForce;

    /// <summary>One is in force that was not known here; raised on every instance.</summary>
    public event Action<AddressBan>? Added;

    public int Count => _inForce?.Count ?? 0;

    public int Max => options.Value.MaxAddressBans;

    /// <summary>Why nobody comes in from there; null when somebody may.</summary>
    public async ValueTask<Refusal?> Judge(AddressKeys from)
    {
        if (_inForce is null)
        {
            await Refresh(onlyFirst: true);
        }

        var no = Find(AddressScope.Address, from.Address) ?? Find(AddressScope.Network, from.Network);
        if (no is not null)
        {
            metrics.Refused("address");
        }

        return no;
    }

    public static bool IsFrom(AddressBan ban, AddressKeys from) =>
        ban.Key.AsSpan().SequenceEqual(ban.Scope == AddressScope.Address ? from.Address : from.Network);

    /// <summary>Durable when it returns, and carried out here. The same id again answers the same ban.</summary>
    public async Task<Outcome<AddressBan>> Take(NewAddressBan ban)
    {
        if (!PlainText.TryRead(ban.Text, Measures.MaxText, out var text))
        {
            return CommonRefusals.InvalidArgument("text", $"A text has 1 to {Measures.MaxText} characters.");
        }

        if (ban.Duration < TimeSpan.FromSeconds(1))
        {
            return CommonRefusals.InvalidArgument("durationSeconds");
        }

        AddressBan? taken;
        await _turn.WaitAsync();
        try
        {
            taken = await store.Take(ban with { Text = text }, Max);
            if (taken is { InForce: true } && _inForce is { } known)
            {
                _inForce = new(known) { [Key(taken)] = Read(taken) };
            }
        }
        finally
        {
            _turn.Release();
        }

        if (taken is null)
        {
            return SafetyRefusals.TooManyBans;
        }

        SafetyLog.AddressBanned(logger, taken.BanId);
        if (taken.InForce)
        {
            Added?.Invoke(taken);
        }

        return taken;
    }

    /// <summary>Ends one before its time.</summary>
    public async Task<Outcome<AddressBan>> Lift(Guid banId, Guid actor, string note)
    {
        if (await store.Lift(banId, actor, note) is not { } lifted)
        {
            return SafetyRefusals.AlreadyDecided;
        }

        SafetyLog.AddressBanLifted(logger, banId);
        try
        {
            await Refresh();
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            SafetyLog.WatchDelayed(logger); // the watch reads them again
        }

        return lifted;
    }

    public Task<IReadOnlyList<AddressBan>> List(int limit, int skip = 0) => store.List(limit, skip);

    public Task<int> Reach(AddressScope scope, byte[] key) => store.Reach(scope, key);

    public Task<IReadOnlyList<AddressKeys>> KeysOf(Guid userId) => store.KeysOf(userId);

    /// <summary>How many other users come from where this one comes from.</summary>
    public Task<(int Address, int Network)> Shares(Guid userId) => store.Shares(userId);

    /// <summary>
    /// An address or a network as an admin types it. Only what there are keys of: one IPv4 address or its /24, an IPv6 /64
    /// (also for a whole address) or its /48.
    /// </summary>
    public async Task<Outcome<(AddressScope Scope, byte[] Key)>> Read(string? typed)
    {
        var parts = (typed ?? "").Trim().Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address))
        {
            return CommonRefusals.InvalidArgument("cidr");
        }

        var isV4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        var scope = (isV4, parts is [_, var length] ? length : null) switch
        {
            (_, null) or (true, "32") or (false, "128" or "64") => AddressScope.Address,
            (true, "24") or (false, "48") => AddressScope.Network,
            _ => (AddressScope?)null,
        };
        if (scope is not { } found)
        {
            return CommonRefusals.InvalidArgument("cidr", "An address, or a /24 (IPv6: /64 or /48).");
        }

        var from = await keys.Of(address);
        return (found, found == AddressScope.Address ? from.Address : from.Network);
    }

    /// <summary>Reads all that are in force.</summary>
    public Task Refresh() => Refresh(onlyFirst: false);

    public void Dispose() => _turn.Dispose();

    private async Task Refresh(bool onlyFirst)
    {
        List<AddressBan> added;
        await _turn.WaitAsync(); // or an older answer might replace a newer one
        try
        {
            if (onlyFirst && _inForce is not null)
            {
                return;
            }

            var known = _inForce;
            var read = await store.InForce(Max);
            var inForce = new Dictionary<(AddressScope, UInt128), Entry>();
            foreach (var ban in read)
            {
                // Of two of the same, the one that lasts longer.
                if (!inForce.TryGetValue(Key(ban), out var other) || other.Ban.Until < ban.Until)
                {
                    inForce[Key(ban)] = Read(ban);
                }
            }

            _inForce = inForce;
            added = [.. inForce.Values.Select(e => e.Ban).Where(b => known?.GetValueOrDefault(Key(b))?.Ban.BanId != b.BanId)];
        }
        finally
        {
            _turn.Release();
        }

        added.ForEach(ban => Added?.Invoke(ban));
    }

    private Refusal? Find(AddressScope scope, byte[] key) =>
        _inForce!.GetValueOrDefault((scope, BinaryPrimitives.ReadUInt128BigEndian(key))) is { } entry && time.GetTimestamp() < entry.EndStamp
            ? Banned.By(entry.Ban with { Remaining = time.GetElapsedTime(time.GetTimestamp(), entry.EndStamp) }).Refuse()
            : null;

    private static (AddressScope, UInt128) Key(AddressBan ban) => (ban.Scope, BinaryPrimitives.ReadUInt128BigEndian(ban.Key));

    private Entry Read(AddressBan ban) =>
        new(ban, time.GetTimestamp() + (long)(ban.Remaining.TotalSeconds * time.TimestampFrequency));

    private sealed record Entry(AddressBan Ban, long EndStamp);
}
