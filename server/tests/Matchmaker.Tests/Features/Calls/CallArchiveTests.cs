using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

[Trait("Category", "Postgres")]
public sealed class CallArchiveTests(TestDatabase database) : WorldTests(database), IClassFixture<TestDatabase>
{
    private static readonly TimeSpan _week = TimeSpan.FromDays(7);

    private PostgresArchiveStore Archive => World.Get<PostgresArchiveStore>();

    private IChatStore Chat => World.Get<IChatStore>();

    [Fact]
    public async Task What_is_old_moves_with_its_chat_and_stays_readable()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var (older, newer) = (await Past(a, b, days: 9), await Past(a, b, days: 8));
        var recent = await Past(a, b, days: 1);
        var before = (await History(a), await History(b), await Chat.Transcript(older, 10));

        Assert.Equal(2, await World.CallStore.Archive(_week, 100));

        Assert.Equal([recent, newer, older], (await History(a)).Select(h => h.CallId));
        Assert.Equal(before.Item1.Select(Plain), (await History(a)).Select(Plain));
        Assert.Equal(before.Item2.Select(Plain), (await History(b)).Select(Plain));
        Assert.Equal(before.Item3, await Chat.Transcript(older, 10));
        Assert.Equal(Plain(before.Item1[2]), Plain((await World.CallStore.FindInHistory(a.Id, older))!));
        Assert.Null(await World.CallStore.FindInHistory((await World.Enter()).Id, older));
        Assert.Equal(0L, await Count("select count(*) from history where call_id = @Call", older));
        Assert.Equal(0L, await Count("select count(*) from chat_message where call_id = @Call", older));
        Assert.Equal(0, await World.CallStore.Archive(_week, 100));
    }

    [Fact]
    public async Task Pages_go_over_from_the_rows_into_the_archive()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var calls = new List<Guid>();
        for (var day = 1; day <= 12; day++)
        {
            calls.Add(await Past(a, b, day));
        }

        await World.CallStore.Archive(TimeSpan.FromDays(6.5), 100);

        var seen = new List<Guid>();
        (DateTimeOffset, Guid)? cursor = null;
        while (await World.CallStore.History(a.Id, 5, cursor) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(entry => entry.CallId));
            cursor = (page[^1].StartedAt, page[^1].CallId);
        }

        Assert.Equal(calls, seen);
    }

    [Theory]
    [InlineData("Read", false)]
    [InlineData("Written", false)]
    [InlineData("Removed", false)]
    [InlineData("Committed", true)]
    public async Task A_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(string at, bool moved)
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await Past(a, b, days: 8);
        var before = ((await History(a)).Select(Plain).ToList(), await Chat.Transcript(call, 10));
        var step = Enum.Parse<ArchiveStep>(at);
        var dying = new PostgresArchiveStore(World.Database) { Step = s => s == step ? throw new TimeoutException() : Task.CompletedTask };

        await Assert.ThrowsAsync<TimeoutException>(() => dying.Move(_week, 100));

        Assert.Equal(moved ? 1L : 0L, await Count("select count(*) from archived_call where call_id = @Call", call));
        Assert.Equal(before.Item1, (await History(a)).Select(Plain));
        Assert.Equal(before.Item2, await Chat.Transcript(call, 10));
        Assert.Empty(await World.Violations());
        await World.CallStore.Archive(_week, 100);
        Assert.Equal(1L, await Count("select count(*) from archived_call where call_id = @Call", call));
        Assert.Equal(before.Item1, (await History(a)).Select(Plain));
    }

    [Fact]
    public async Task Two_that_move_at_once_move_each_call_once()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        for (var i = 0; i < 40; i++)
        {
            await Past(a, b, days: 8 + i);
        }

        var moved = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var sum = 0;
            for (var more = 1; more > 0; sum += more)
            {
                more = await new PostgresArchiveStore(World.Database).Move(_week, 7);
            }

            return sum;
        }));

        // One that found every row taken has stopped early; what it left is for the next run.
        Assert.Equal(40, moved.Sum() + await World.CallStore.Archive(_week, 100));
        Assert.Equal(40, (await World.CallStore.History(b.Id, 100, null)).Count);
    }

    [Fact]
    public async Task Who_erases_the_account_is_out_of_the_archive_too()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await Past(a, b, days: 8);
        await World.CallStore.Archive(_week, 100);

        await World.CallStore.Erase(a.Id);

        Assert.Empty(await History(a));
        Assert.Null(await World.CallStore.FindInHistory(a.Id, call));
        var entry = Assert.Single(await History(b));
        Assert.Equal(Cards.Deleted(a.Id).Name, entry.Partner.Name);
        Assert.Equal([b.Id], (await Chat.Transcript(call, 10)).Select(line => line.From));
        await World.CallStore.Erase(b.Id);
        Assert.Equal(0L, await Count("select count(*) from archived_call where call_id = @Call", call));
    }

    [Fact]
    public async Task What_is_moved_while_somebody_erases_the_account_leaves_their_lines_behind()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await Past(a, b, days: 8);
        await World.Database.Execute("delete from history where user_id = @User", new { User = a.Id }); // the first half of it

        await World.CallStore.Archive(_week, 100);

        Assert.Equal([b.Id], (await Chat.Transcript(call, 10)).Select(line => line.From));
    }

    [Fact]
    public async Task A_misdial_has_no_history_and_leaves_nothing()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await Past(a, b, days: 8, seconds: 2);

        Assert.Equal(1, await World.CallStore.Archive(_week, 100));

        Assert.Equal(0L, await Count("select count(*) from call where call_id = @Call", call));
        Assert.Equal(0L, await Count("select count(*) from archived_call where call_id = @Call", call));
    }

    /// <summary>A call of the two as it was so many days ago, with a line from each.</summary>
    private async Task<Guid> Past(Person a, Person b, int days, int seconds = 60)
    {
        var call = await World.StartInStore(a, b);
        await Chat.Add(new NewLine(call, a.Id, "1", $"hello {days}"));
        await Chat.Add(new NewLine(call, b.Id, "1", "well, hello"));
        await World.Database.Execute("update call set started_at = clock_timestamp() - make_interval(secs => @Seconds) where call_id = @Call", new { Call = call, Seconds = seconds });
        await World.CallStore.End(World.End(call));
        await World.Database.Execute(
            """
            update call set started_at = started_at - make_interval(days => @Days), ends_at = ends_at - make_interval(days => @Days),
                ended_at = ended_at - make_interval(days => @Days) where call_id = @Call;
            update history set started_at = started_at - make_interval(days => @Days) where call_id = @Call;
            delete from cooldown
            """, new { Call = call, Days = days });
        return call;
    }

    private Task<IReadOnlyList<HistoryEntry>> History(Person person) => World.CallStore.History(person.Id, 50, null);

    private async Task<long> Count(string sql, Guid call) => await World.Database.One<long>(sql, new { Call = call });

    // Lists compare by reference in a record.
    private static string Plain(HistoryEntry h) =>
        $"{h.CallId} {h.Partner.Id} {h.Partner.Name} {h.Partner.Gender} {string.Join(',', h.Partner.Languages)} {h.StartedAt:O} {h.Seconds} {h.Reason} {h.Origin}";
}
