using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Pairs who share a language meet through the queue, then signal and chat: everything must reach the partner
/// only, in order, byte for byte and once.</summary>
internal sealed class CallScenario : IScenario
{
    // ISO 639-2 leaves qaa..qtz to private use: 520 wishes that exclude each other and that no real user has.
    private const int Languages = 520;

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var couples = await new QueueMeeting(population, report, cancel)
            .Meet(member => $"{{\"languages\":[\"{Language(member)}\"]}}", perSecond: 0);
        foreach (var couple in couples)
        {
            report.Expect($"language of call {couple.CallId}", Language(couple.First), Language(couple.Second));
        }

        await new Relay(couples, options, report).Run(cancel);
        await new Chatter(couples, options.Chats, report).Run(population, cancel);
        await Couple.EndAll(couples, population, report);
    }

    private static string Language(Member member) => Language(member.Number / 2);

    /// <summary>One of 520.</summary>
    public static string Language(int number)
    {
        var index = number % Languages;
        return $"q{(char)('a' + (index / 26))}{(char)('a' + (index % 26))}";
    }
}
