using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Filing = Matchmaker.Features.Reports.Reports;

namespace Matchmaker.Tests.Features.Reports;

public sealed class ReportsTests
{
    [Fact]
    public async Task A_report_of_a_running_call_ends_it_for_both_at_once()
    {
        await using var world = await Start();
        var (ann, bob, call) = await Call(world);

        var filed = await File(world, ann, call);

        Assert.Null(filed.No);
        foreach (var person in new[] { ann, bob })
        {
            await Eventually.Holds(() => world.Outbox.Told(person.Id.ToString(), "callEnded").Count == 1);
            Assert.Equal(EndReason.Blocked, Assert.IsType<CallEnded>(world.Outbox.Told(person.Id.ToString(), "callEnded")[0]).Reason);
        }

        Assert.Null(await world.CallStore.FindActive(bob.Id));
        Assert.Equal(StartOutcome.Blocked, (await world.CallStore.Start([World.Pair(bob, ann)], null, CallOrigin.Invite))[0].Outcome);
        Assert.Empty(await world.Violations());
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_not_acknowledged_and_ends_the_call_all_the_same()
    {
        await using var world = await Start();
        var (ann, bob, call) = await Call(world);
        Store(world).IsAway = true;

        var filed = await File(world, ann, call);

        Assert.Equal("unavailable", filed.No!.Code);
        Assert.NotNull(filed.No.RetryAfterSeconds);
        await Eventually.Holds(() => world.Outbox.Told(bob.Id.ToString(), "callEnded").Count == 1);
        Assert.Equal(0, await Store(world).CountAbout(bob.Id));
        Assert.False(await world.SafetyStore.IsBlocked(ann.Id, bob.Id));
        Store(world).IsAway = false;
        Assert.Null((await File(world, ann, call)).No);
        Assert.Equal(1, await Store(world).CountAbout(bob.Id));
    }

    [Fact]
    public async Task A_report_whose_answer_was_lost_has_its_effect_when_it_is_repeated()
    {
        await using var world = await Start();
        var (ann, bob, call) = await Call(world);
        var told = new List<(Guid, Guid)>();
        world.Safety.Blocked += (blocker, blocked) => told.Add((blocker, blocked));
        Store(world).LosesAnswers = true;
        Assert.Equal("unavailable", (await File(world, ann, call)).No!.Code);
        Store(world).LosesAnswers = false;
        await Eventually.Holds(() => world.Outbox.Told(bob.Id.ToString(), "callEnded").Count == 1);

        var (first, again) = ((await File(world, ann, call)).Value!, (await File(world, ann, call)).Value!);

        Assert.Equal(first, again);
        Assert.Equal(1, await Store(world).CountAbout(bob.Id));
        Assert.Equal(3, told.Count(t => t == (ann.Id, bob.Id)));
    }

    [Fact]
    public async Task A_stranger_who_reports_while_the_database_is_away_ends_nobodys_call()
    {
        await using var world = await Start();
        var (ann, _, call) = await Call(world);
        var eve = await world.Enter();
        Store(world).IsAway = true;

        Assert.Equal("unavailable", (await File(world, eve, call)).No!.Code);

        Assert.NotNull(world.Get<LiveCalls>().OfUser(ann.Id));
    }

    [Fact]
    public async Task Whoever_is_held_by_weight_is_held_on_this_instance_at_once()
    {
        await using var world = await Start();
        var bob = await world.Enter();
        var stands = new List<Standing>();
        world.Get<Measures>().Changed += (user, standing) =>
        {
            if (user == bob.Id)
            {
                stands.Add(standing);
            }
        };
        for (var i = 0; i < 4; i++)
        {
            var reporter = await world.Enter();
            await world.Get<Matchmaker.Features.Accounts.IAccountStore>().FindSignedIn(
                reporter.Connection.SessionId, new([(byte)i], [(byte)i], [(byte)i]));
            var call = await world.StartInStore(reporter, bob);
            await world.CallStore.End(world.End(call));
            Assert.Null((await File(world, reporter, call)).No);
        }

        Assert.Equal(MeasureKind.Hold, Assert.Single(stands).Kind);
    }

    [Fact]
    public async Task What_is_wrong_with_a_report_is_named()
    {
        await using var world = await Start();
        var (ann, _, call) = await Call(world);

        foreach (var (field, request) in new[]
        {
            ("callId", new ReportRequest(null, Reason.Spam)),
            ("reason", new ReportRequest(call)),
            ("note", new ReportRequest(call, Reason.Spam, new string('x', Filing.MaxNote + 1))),
            ("note", new ReportRequest(call, Reason.Spam, "bell \a")),
            ("note", new ReportRequest(call, Reason.Spam, new string('x', 1_000_000))),
        })
        {
            var no = (await world.Get<Filing>().File(ann.Id, ann.Connection.SessionId, request)).No!;
            Assert.Equal(("invalid_argument", field), (no.Code, no.Field));
        }

        Assert.NotNull(world.Get<LiveCalls>().OfUser(ann.Id));
        Assert.Null((await world.Get<Filing>().File(
            ann.Id, ann.Connection.SessionId, new ReportRequest(call, Reason.Spam, new string('x', Filing.MaxNote)))).No);
    }

    private static Task<World> Start() => World.InMemory(services =>
    {
        services.AddSingleton<AwayReportStore>(provider => new AwayReportStore(provider.GetRequiredService<InMemoryReportStore>()));
        services.AddSingleton<IReportStore>(provider => provider.GetRequiredService<AwayReportStore>());
    });

    private static AwayReportStore Store(World world) => world.Get<AwayReportStore>();

    private static async Task<(Person Ann, Person Bob, Guid CallId)> Call(World world)
    {
        var (ann, bob) = (await world.Enter(), await world.Enter());
        var pair = World.Pair(ann, bob);
        await world.Calls.Start([pair], epoch: null, CallOrigin.Invite);
        return (ann, bob, pair.CallId);
    }

    private static Task<Matchmaker.Platform.Refusals.Outcome<ReportFiled>> File(World world, Person by, Guid callId) =>
        world.Get<Filing>().File(by.Id, by.Connection.SessionId, new ReportRequest(callId, Reason.Harassment));
}
