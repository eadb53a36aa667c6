using System.Diagnostics;
using Matchmaker.Load.Crowd;

namespace Matchmaker.Load.Scenarios;

/// <summary>What is done to the machines under load is done by the command of --control.</summary>
internal static class Control
{
    /// <exception cref="StepFailedException">It could not be done.</exception>
    public static async Task Run(string control, string verb, CancellationToken cancel)
    {
        using var command = Process.Start("bash", ["-c", $"{control} {verb}"]);
        await command.WaitForExitAsync(cancel);
        if (command.ExitCode != 0)
        {
            throw new StepFailedException($"{control} {verb} ended with {command.ExitCode}");
        }
    }
}
