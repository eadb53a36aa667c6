using Matchmaker.Platform.Postgres;
using Npgsql;

namespace Matchmaker.Tests.Platform.Postgres;

public sealed class GroupWriterTests
{
    private readonly List<IReadOnlyList<int>> _groups = [];
    private TaskCompletionSource _open = new();

    [Fact]
    public async Task What_comes_while_a_group_is_written_is_the_next_group()
    {
        var writer = new GroupWriter<int, string>("test", Write);
        var first = writer.Write(1);
        await Until(() => _groups.Count == 1);
        var rest = Enumerable.Range(2, 5).Select(writer.Write).ToList();
        Assert.Equal(5, writer.Backlog);

        _open.SetResult();

        Assert.Equal("1", await first);
        Assert.Equal(["2", "3", "4", "5", "6"], await Task.WhenAll(rest));
        Assert.Equal([[1], [2, 3, 4, 5, 6]], _groups);
        Assert.Equal(0, writer.Backlog);
    }

    [Fact]
    public async Task A_group_has_an_end()
    {
        var writer = new GroupWriter<int, string>("test", Write, maxGroup: 2);
        var all = new List<Task<string>> { writer.Write(1) };
        await Until(() => _groups.Count == 1);
        all.AddRange(Enumerable.Range(2, 5).Select(writer.Write));

        _open.SetResult();
        await Task.WhenAll(all);

        Assert.All(_groups, group => Assert.InRange(group.Count, 1, 2));
        Assert.Equal([1, 2, 3, 4, 5, 6], _groups.SelectMany(g => g));
    }

    [Fact]
    public async Task With_several_lanes_so_many_statements_run_at_a_time_and_the_rest_collects()
    {
        var writer = new GroupWriter<int, string>("test", Write, lanes: 2);
        var all = new List<Task<string>> { writer.Write(1) };
        await Until(() => Groups == 1);
        all.Add(writer.Write(2));
        await Until(() => Groups == 2);
        all.AddRange(Enumerable.Range(3, 4).Select(writer.Write));
        Assert.Equal(4, writer.Backlog);

        _open.SetResult();

        Assert.Equal(["1", "2", "3", "4", "5", "6"], await Task.WhenAll(all));
        Assert.Equal([[1], [2]], _groups.Take(2));
        Assert.Equal([3, 4, 5, 6], _groups.Skip(2).SelectMany(group => group).Order());
        Assert.Equal("7", await writer.Write(7));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task There_are_never_more_statements_at_a_time_than_lanes_and_nothing_is_left(int lanes)
    {
        var (running, most) = (0, 0);
        var writer = new GroupWriter<int, int>("test", async group =>
        {
            lock (_groups)
            {
                most = Math.Max(most, ++running);
            }

            await Task.Yield();
            lock (_groups)
            {
                running--;
            }

            return [.. group];
        }, lanes: lanes);

        await Parallel.ForAsync(0, 5000, async (i, _) => Assert.Equal(i, await writer.Write(i)));

        Assert.InRange(most, 1, lanes);
        Assert.Equal(0, writer.Backlog);
    }

    [Fact]
    public async Task At_the_bound_nothing_more_is_accepted_and_what_was_is_written()
    {
        var writer = new GroupWriter<int, string>("test", Write, capacity: 2);
        var accepted = new List<Task<string>> { writer.Write(1) };
        await Until(() => _groups.Count == 1);
        accepted.Add(writer.Write(2));
        accepted.Add(writer.Write(3));

        var e = Assert.Throws<BacklogFullException>(() => { _ = writer.Write(4); });
        Assert.True(DatabaseFailure.IsAway(e));
        Assert.Equal((2, 1), (writer.Capacity, writer.Refused));
        _open.SetResult();

        Assert.Equal(["1", "2", "3"], await Task.WhenAll(accepted));
    }

    [Fact]
    public async Task A_bad_row_fails_alone()
    {
        var writer = new GroupWriter<int, string>("test", group =>
        {
            lock (_groups)
            {
                _groups.Add(group);
            }

            return group.Contains(3)
                ? throw new PostgresException("wrong", "ERROR", "ERROR", "23514")
                : Write(group);
        });
        var first = writer.Write(1);
        await Until(() => _groups.Count > 0);
        var (two, three, four) = (writer.Write(2), writer.Write(3), writer.Write(4));

        _open.SetResult();

        Assert.Equal(["1", "2", "4"], await Task.WhenAll(first, two, four));
        Assert.Equal("23514", (await Assert.ThrowsAsync<PostgresException>(() => three)).SqlState);
    }

    [Fact]
    public async Task A_lost_database_fails_the_whole_group_and_the_next_is_tried()
    {
        var isAway = true;
        var writer = new GroupWriter<int, string>("test", group => isAway ? throw new TimeoutException() : Write(group));
        _open.SetResult();

        await Assert.ThrowsAsync<TimeoutException>(() => writer.Write(1));
        isAway = false;

        Assert.Equal("2", await writer.Write(2));
    }

    [Fact]
    public async Task Many_callers_get_their_own_answers()
    {
        var writer = new GroupWriter<int, string>("test", Write, maxGroup: 7);
        _open.SetResult();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var item = (caller * 1000) + i;
                if (await writer.Write(item) != $"{item}")
                {
                    return false;
                }
            }

            return true;
        }))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.DoesNotContain(false, answers);
        Assert.Equal(1600, _groups.Sum(g => g.Count));
    }

    private int Groups
    {
        get
        {
            lock (_groups)
            {
                return _groups.Count;
            }
        }
    }

    private async Task<IReadOnlyList<string>> Write(IReadOnlyList<int> group)
    {
        lock (_groups)
        {
            _groups.Add(group);
        }

        await _open.Task;
        return [.. group.Select(i => $"{i}")];
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }
}
