using System.Threading.RateLimiting;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.RateLimiting;

namespace Matchmaker.Platform.Http;

/// <summary>
/// How often one may ask. Addresses are counted before the session is looked up, so that guessing tokens costs no
/// look-ups; users after it. The probes of the host and the hub's upgrade (which needs a ticket that was counted) are free.
/// </summary>
internal static class RequestRates
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);

    public static RateLimiterOptions PerAddress(RateLimitOptions rates) => Options(PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context => IsFree(context.Request)
            ? RateLimitPartition.GetNoLimiter("")
            : Window(ClientAddress.Key(context.Connection.RemoteIpAddress), rates.RequestsPerMinutePerAddress)),
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.Request.Path.StartsWithSegments("/api/auth/guest")
            ? Window(ClientAddress.Key(context.Connection.RemoteIpAddress), rates.GuestsPerMinutePerAddress)
            : RateLimitPartition.GetNoLimiter(""))));

    public static RateLimiterOptions PerUser(RateLimitOptions rates) => Options(
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.User.Identity is { IsAuthenticated: true, Name: { } user }
            ? Window(user, rates.RequestsPerMinutePerUser)
            : RateLimitPartition.GetNoLimiter("")));

    private static bool IsFree(HttpRequest request) =>
        request.Path.StartsWithSegments("/hub") || request.Path == "/health/live" || request.Path == "/health/ready";

    private static RateLimitPartition<string> Window(string key, int perMinute) =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = _window,
            SegmentsPerWindow = 6,
            QueueLimit = 0,
        });

    private static RateLimiterOptions Options(PartitionedRateLimiter<HttpContext> limiter) => new()
    {
        GlobalLimiter = limiter,
        OnRejected = async (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : _window / 6;
            await Problems.Write(context.HttpContext, CommonRefusals.RateLimited.After(wait));
        },
    };
}
