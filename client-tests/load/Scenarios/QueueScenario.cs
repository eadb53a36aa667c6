using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Everybody wants anybody, at once: nobody may be left over, be matched twice or be matched one-sidedly.</summary>
internal sealed class QueueScenario : IScenario
{
    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var couples = await new QueueMeeting(population, report, cancel).Meet(_ => "{}", options.Rate);
        await Couple.EndAll(couples, population, report);
    }
}
