using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Signaling;

/// <summary>Whether people who cannot reach each other have a relay. No reason to be not ready: most calls need none.</summary>
internal sealed class TurnHealth(IIceServerSource source, TurnWatch watch) : IHealthSection
{
    public string Name => "turn";

    public object Describe()
    {
        var looked = watch.SinceLook;
        return new
        {
            source.Provider,
            Up = looked is null ? (bool?)null : watch.Usable.Count > 0,
            LastCheckSeconds = (long?)looked?.TotalSeconds,
            SinceSeconds = (long)watch.SinceChange.TotalSeconds,
            Servers = source.Urls.Zip(watch.Findings, (url, finding) => new { Url = url.Text, finding.State, finding.Why }),
        };
    }
}
