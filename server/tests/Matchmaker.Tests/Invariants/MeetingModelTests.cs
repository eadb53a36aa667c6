using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Invariants;

/// <summary>Whatever a few people do in whatever order, the invariants hold after each step.</summary>
public class MeetingModelTests
{
    [Fact]
    public void Any_history_of_a_few_people_keeps_the_invariants()
    {
        var calls = 0;
        CheckSteps(500, 40, steps => calls += Live(steps).GetAwaiter().GetResult());

        Assert.True(calls > 100, $"Only {calls} calls: the histories say nothing.");
    }

    private static async Task<int> Live(uint[] steps)
    {
        await using var world = await World.InMemory();
        var model = await MeetingModel.Create(world, people: 5);
        for (var i = 0; i < steps.Length; i++)
        {
            await model.Step(steps[i]);
            var wrong = await model.Violations();
            Assert.True(wrong.Count == 0, $"After step {i} ({steps[i] % 16}): {string.Join("; ", wrong)}");
        }

        return model.CallsSeen;
    }
}
