using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Realtime;

/// <summary>What leaves, what is refused and what is cut on the hub's connections.</summary>
internal sealed class RealtimeMetrics
{
    private readonly Counter<long> _failed;

    public RealtimeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Realtime");
        Sent = meter.CreateCounter<long>("matchmaker.outbox.sent", "{message}", "Messages sent to browsers.");
        SentBytes = meter.CreateCounter<long>("matchmaker.outbox.sent_bytes", "By", "The same in bytes, before compression.");
        Superseded = meter.CreateCounter<long>("matchmaker.outbox.superseded", "{message}", "Messages that were replaced by a newer one before they were sent.");
        SlowConsumers = meter.CreateCounter<long>("matchmaker.outbox.slow_consumers", "{connection}", "Connections closed because they did not read.");
        RateLimited = meter.CreateCounter<long>("matchmaker.hub.rate_limited", "{call}", "Hub methods refused with rate_limited.");
        Flooded = meter.CreateCounter<long>("matchmaker.hub.flooded", "{connection}", "Connections closed because they sent too many frames.");
        CatchUps = meter.CreateCounter<long>("matchmaker.catch_ups", "{look}", "Times that the rows were asked for what other instances may have told in vain.");
        _failed = meter.CreateCounter<long>("matchmaker.hub.failed", "{call}", "Hub methods that were answered with unavailable (the database was away) or internal (a bug), by code.");
    }

    public Counter<long> Sent { get; }

    public Counter<long> SentBytes { get; }

    public Counter<long> Superseded { get; }

    public Counter<long> SlowConsumers { get; }

    public Counter<long> RateLimited { get; }

    public Counter<long> Flooded { get; }

    public Counter<long> CatchUps { get; }

    /// <summary>A hub method was answered with <paramref name="code"/> because something is wrong here.</summary>
    public void Failed(string code) => _failed.Add(1, new KeyValuePair<string, object?>("code", code));
}
