using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>One kind of load. It measures into the report, and tells the report which invariants did not hold.</summary>
internal interface IScenario
{
    /// <summary>The genders of the people, in turn.</summary>
    IReadOnlyList<string> Genders => ["female", "male", "nonbinary", "unspecified"];

    /// <summary>Whether everybody connects before the run; else they only sign up, and again when the server was too busy.</summary>
    bool Connects => true;

    Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel);
}
