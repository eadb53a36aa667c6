using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>
/// How often one may ask. Addresses are counted before the session is looked up, so that guessing tokens costs no
/// look-ups; users after it. The probes of the host and the hub's upgrade (which needs a ticket that was counted) are free.
/// </summary>
internal sealed class RequestRates(IOptions<RateLimitOptions> options, TimeProvider time, HttpMetrics metrics)
{
    public KeyedRates<UInt128> Addresses { get; } = new(time);

    public KeyedRates<UInt128> Guests { get; } = new(time);

    public KeyedRates<Guid> Users { get; } = new(time);

    /// <summary>Counts the request for its address; why it is refused, or null.</summary>
    public Refusal? OfAddress(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments("/hub") || request.Path == "/health/live" || request.Path == "/health/ready")
        {
            return null;
        }

        var key = ClientAddress.Key(context.Connection.RemoteIpAddress);
        return Count(Addresses, key, options.Value.RequestsPerMinutePerAddress)
            ?? (request.Path.StartsWithSegments("/api/auth/guest") ? Count(Guests, key, options.Value.GuestsPerMinutePerAddress) : null);
    }

    /// <summary>The same for whoever is signed in.</summary>
    public Refusal? OfUser(HttpContext context) => context.User.Identity is { IsAuthenticated: true, Name: { } user }
        ? Count(Users, Guid.Parse(user), options.Value.RequestsPerMinutePerUser)
        : null;

    private Refusal? Count<TKey>(KeyedRates<TKey> rates, TKey key, int perMinute)
        where TKey : struct, IEquatable<TKey>
    {
        if (rates.TryCount(key, perMinute, out var wait))
        {
            return null;
        }

        metrics.RateLimited.Add(1);
        return CommonRefusals.RateLimited.After(wait);
    }
}

internal static class RequestRatesExtensions
{
    /// <summary>Refuses what <paramref name="judge"/> refuses.</summary>
    public static void UseRates(this IApplicationBuilder app, Func<HttpContext, Refusal?> judge) =>
        app.Use((context, next) => judge(context) is { } no ? Problems.Write(context, no) : next(context));
}
