namespace Matchmaker.Platform.Telemetry;

/// <summary>A part of <c>/health</c> that a feature contributes. Cheap and without I/O; figures are those of this instance.</summary>
internal interface IHealthSection
{
    /// <summary>The name of the property in the answer.</summary>
    string Name { get; }

    object Describe();
}
