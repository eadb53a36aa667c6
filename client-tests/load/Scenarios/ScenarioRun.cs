using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>Runs a scenario within its time; whatever goes wrong becomes a line of the report.</summary>
internal static class ScenarioRun
{
    public static async Task Run(IScenario scenario, LoadOptions options, Report report)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds));
        await using var population = new Population(options, report, scenario.Genders, time.Token);
        try
        {
            await population.SignIn(patiently: !scenario.Connects);
            if (scenario.Connects)
            {
                await population.Connect();
            }

            await scenario.Run(population, options, report, time.Token);
            report.ServerMemory("serverRssAtEndMb");
        }
        catch (StepFailedException failed)
        {
            report.Stop(failed.Message);
        }
        catch (RefusedException refused)
        {
            report.Stop(refused.Message);
        }
        catch (TimeoutException)
        {
            report.Stop("what should have gone on did not within a minute");
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            report.Stop($"not done within {options.Seconds} s (--seconds)");
        }

        population.ExpectAllConnected();
    }
}
