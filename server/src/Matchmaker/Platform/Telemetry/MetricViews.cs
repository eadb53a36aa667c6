using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Matchmaker.Platform.Telemetry;

/// <summary>
/// What is kept of each instrument: how many series, with which labels, in which buckets. Every series of every instrument has
/// its place in memory from the start, so the limits are near what there can be; what comes beyond is counted together under
/// <c>otel_metric_overflow</c>. Labels that can take any value are left out.
/// </summary>
internal static class MetricViews
{
    /// <summary>Instruments, twice as many as there are.</summary>
    public const int MaxStreams = 300;

    /// <summary>Series of an instrument that nothing is said of: the words of its labels are an enum or a list in the code.</summary>
    private const int MaxSeries = 24;

    private static readonly double[] _requests = [0.005, 0.025, 0.1, 0.5, 1, 5];
    private static readonly double[] _queries = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 5];
    private static readonly double[] _connections = [1, 10, 60, 300, 1800, 7200];
    private static readonly double[] _calls = [5, 30, 60, 120, 300, 600, 1200, 1800];
    private static readonly double[] _waits = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];
    private static readonly double[] _carried = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1];

    private static readonly Dictionary<string, View> _views = new()
    {
        ["http.server.request.duration"] = new(150, _requests, "http.request.method", "http.response.status_code", "http.route"),
        ["http.server.active_requests"] = new(2, null, []),
        ["kestrel.connection.duration"] = new(16, _connections, "error.type"),
        ["kestrel.active_connections"] = new(2, null, []),
        ["kestrel.queued_connections"] = new(2, null, []),
        ["kestrel.queued_requests"] = new(2, null, []),
        ["kestrel.rejected_connections"] = new(2, null, []),
        ["kestrel.upgraded_connections"] = new(2, null, []),
        ["signalr.server.connection.duration"] = new(8, _connections, "signalr.connection.status"),
        ["db.client.operation.duration"] = new(16, _queries, "error.type"),
        ["db.client.connection.npgsql.create_time"] = new(2, _queries, []),
        ["db.client.connection.count"] = new(4, null, "db.client.connection.state"),
        ["db.client.operation.failed"] = new(16, null, "error.type"),
        ["matchmaker.bound.count"] = new(120, null, "bound"),
        ["matchmaker.bound.max"] = new(120, null, "bound"),
        ["matchmaker.bound.dropped"] = new(120, null, "bound"),
        ["matchmaker.calls.duration"] = new(16, _calls, "reason"),
        ["matchmaker.calls.starts"] = new(30, null, "origin", "outcome"),
        ["matchmaker.queue.wait"] = new(8, _waits, "outcome"),
        ["matchmaker.carrier.lag"] = new(2, _carried, []),
    };

    /// <summary>Npgsql names the pool in each label by its connection string.</summary>
    private static readonly View _npgsql = new(2, null, []);

    public static MetricStreamConfiguration? Of(Instrument instrument)
    {
        var view = _views.GetValueOrDefault(instrument.Name) ?? (instrument.Meter.Name == "Npgsql" ? _npgsql : null);
        var isHistogram = instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);
        return isHistogram
            ? new ExplicitBucketHistogramConfiguration
            {
                Boundaries = view?.Buckets ?? _requests,
                RecordMinMax = false,
                CardinalityLimit = view?.MaxSeries ?? MaxSeries,
                TagKeys = view?.Labels,
            }
            : new MetricStreamConfiguration { CardinalityLimit = view?.MaxSeries ?? MaxSeries, TagKeys = view?.Labels };
    }

    /// <param name="MaxSeries">How many combinations of labels there may be.</param>
    /// <param name="Buckets">Of a histogram, in seconds.</param>
    /// <param name="Labels">Those that are kept.</param>
    private sealed record View(int MaxSeries, double[]? Buckets, params string[] Labels);
}
