using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// The ICE servers of a user. Credentials of a relay go only to somebody in a call, hold only as long as a call can, and
/// are given out so many times a minute. While no relay works, everybody is told where to ask for their own address.
/// </summary>
internal sealed class IceServers(
    Calls.Calls calls, IIceServerSource source, TurnWatch watch, SignalingMetrics metrics, TimeProvider time,
    IOptions<SignalingOptions> options, IOptions<RateLimitOptions> rates)
{
    /// <summary>Asked again after this, so that a relay that is back is used.</summary>
    private static readonly TimeSpan WithoutRelay = TimeSpan.FromMinutes(1);

    public KeyedRates<Guid> Rates { get; } = new(time);

    public async Task<Outcome<IceServersResponse>> For(Guid userId)
    {
        var (stun, urls, now) = (options.Value.StunUrls, watch.Usable, time.GetUtcNow());
        if (urls.Count == 0)
        {
            // Without any relay configured the answer stays true for as long as the server runs.
            return Answer([.. stun.Concat(source.Urls.Select(url => url.Stun).OfType<string>()).Distinct()],
                now + (source.Urls.Count == 0 ? options.Value.TurnLifetime : WithoutRelay));
        }

        var expires = now + options.Value.TurnLifetime;
        if (await calls.Find(userId) is null)
        {
            return Answer(stun, expires, source.Provider);
        }

        if (rates.Value.Enabled && !Rates.TryCount(userId, options.Value.TurnIssuesPerMinute, out var wait))
        {
            return CommonRefusals.RateLimited.After(wait);
        }

        return Answer(stun, expires, source.Provider, source.Admit(WireId.Format(userId), urls, expires));
    }

    private IceServersResponse Answer(IList<string> stun, DateTimeOffset expires, string? provider = null, params IceServer[] relays)
    {
        provider ??= stun.Count > 0 ? "stun" : "none";
        metrics.Answered(provider);
        return new IceServersResponse(stun.Count > 0 ? [new IceServer([.. stun]), .. relays] : relays, expires, provider);
    }
}
