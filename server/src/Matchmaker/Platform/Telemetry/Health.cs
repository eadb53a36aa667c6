using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Telemetry;

/// <summary>The operator's picture of this instance: a few facts, and a section from each feature that has one.</summary>
internal sealed class Health(
    Readiness readiness, IEnumerable<IHealthSection> sections, InstanceIdentity instance, IServiceProvider services, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();

    /// <summary>For everybody.</summary>
    public async Task<HealthSummary> Summarize() => new((await readiness.Look()).Status, time.GetUtcNow());

    /// <summary>For the operator.</summary>
    public async Task<IReadOnlyDictionary<string, object?>> Describe()
    {
        var report = await readiness.Look();
        var answer = new Dictionary<string, object?>
        {
            ["status"] = report.Status,
            ["timestamp"] = time.GetUtcNow(),
            ["reasons"] = report.Reasons,
            ["instance"] = instance.Name,
            ["version"] = BuildVersion.Version,
            ["commit"] = BuildVersion.Commit,
            ["uptimeSeconds"] = (long)time.GetElapsedTime(_since).TotalSeconds,
            ["database"] = services.IsEmbedded() ? "embedded" : report.Reasons.Contains("database") ? "away" : "connected",
        };
        foreach (var section in sections)
        {
            answer[section.Name] = section.Describe();
        }

        return answer;
    }
}

/// <summary>Answer of <c>/health</c> to whom it may concern.</summary>
internal sealed record HealthSummary(string Status, DateTimeOffset Timestamp);
