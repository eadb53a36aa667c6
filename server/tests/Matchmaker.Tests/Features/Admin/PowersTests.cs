using Matchmaker.Features.Admin;
using Matchmaker.Features.Safety;

namespace Matchmaker.Tests.Features.Admin;

public sealed class PowersTests
{
    private static readonly Guid _me = Guid.NewGuid();

    [Theory]
    [InlineData("viewer warn", false)]
    [InlineData("viewer ban 1", false)]
    [InlineData("moderator warn", true)]
    [InlineData("moderator ban 7", true)]
    [InlineData("moderator ban 7.001", false)]
    [InlineData("moderator hold 7", true)]
    [InlineData("moderator ban", false)]
    [InlineData("moderator hold", false)]
    [InlineData("senior ban 30", true)]
    [InlineData("senior ban 30.001", false)]
    [InlineData("senior ban", true)]
    [InlineData("admin ban 30", true)]
    [InlineData("admin hold", true)]
    public void A_role_may_do_so_much_for_so_long(string what, bool may)
    {
        var words = what.Split(' ');
        TimeSpan? duration = words is [_, _, var days] ? TimeSpan.FromDays(double.Parse(days, System.Globalization.CultureInfo.InvariantCulture)) : null;

        Assert.Equal(may, Powers.MayTake(
            Enum.Parse<AdminRole>(words[0], ignoreCase: true), Enum.Parse<MeasureKind>(words[1], ignoreCase: true), duration));
    }

    [Fact]
    public void What_somebody_else_decided_is_lifted_by_those_who_decide_appeals()
    {
        var (mine, others, nobodys) = (Taken(_me), Taken(Guid.NewGuid()), Taken(null));

        Assert.DoesNotContain([mine, others, nobodys], m => Powers.MayLift(AdminRole.Viewer, _me, m));
        Assert.Equal([true, false, true], new[] { mine, others, nobodys }.Select(m => Powers.MayLift(AdminRole.Moderator, _me, m)));
        Assert.All([mine, others, nobodys], m => Assert.True(Powers.MayLift(AdminRole.Senior, _me, m)));
    }

    [Fact]
    public void Nobody_judges_their_own_decision_or_one_that_was_made()
    {
        var (mine, others, done) = (Said(_me), Said(Guid.NewGuid()), Said(Guid.NewGuid()) with { Outcome = AppealOutcome.Upheld });

        Assert.Equal([false, true, false], new[] { mine, others, done }.Select(a => Powers.MayDecide(AdminRole.Senior, _me, a)));
        Assert.Equal([false, true, false], new[] { mine, others, done }.Select(a => Powers.MayDecide(AdminRole.Admin, _me, a)));
        Assert.False(Powers.MayDecide(AdminRole.Moderator, _me, others));
    }

    private static Measure Taken(Guid? by) =>
        new(Guid.NewGuid(), Guid.NewGuid(), MeasureKind.Hold, Reason.Other, "Because.", null, by, default, null, null, null, null, InForce: true);

    private static Appeal Said(Guid by) => new(Guid.NewGuid(), Taken(by), "No!", default, null, null, null, null);
}
