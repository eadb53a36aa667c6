using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>One kind of load. It measures into the report, and tells the report which invariants did not hold.</summary>
internal interface IScenario
{
    /// <summary>The genders of the people, in turn.</summary>
    IReadOnlyList<string> Genders => ["female", "male", "nonbinary", "unspecified"];

    Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel);
}
