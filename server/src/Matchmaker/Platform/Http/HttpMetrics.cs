using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Http;

/// <summary>What the edge refuses.</summary>
internal sealed class HttpMetrics
{
    public HttpMetrics(IMeterFactory meters) => RateLimited = meters.Create("Matchmaker.Http")
        .CreateCounter<long>("matchmaker.http.rate_limited", "{request}", "Requests refused with rate_limited.");

    public Counter<long> RateLimited { get; }
}
