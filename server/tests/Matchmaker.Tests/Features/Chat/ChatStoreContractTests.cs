using Matchmaker.Features.Chat;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Chat;

/// <summary>What every store of chat promises.</summary>
public abstract class ChatStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private readonly Guid _call = Guid.NewGuid();
    private readonly Guid _me = Guid.NewGuid();

    private protected IChatStore Store => World.ChatStore;

    [Fact]
    public async Task A_line_is_kept_as_it_was_sent()
    {
        var line = await Store.Add(new NewLine(_call, _me, "1", "Grüße 👋"));

        Assert.Equal((_call, _me, "1", "Grüße 👋", true), (line.CallId, line.From, line.ClientId, line.Text, line.IsNew));
        Assert.InRange(line.At - World.Time.GetUtcNow(), TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
        Assert.Equal(line with { IsNew = false }, Assert.Single(await Store.LastOf(_call, 10)) with { IsNew = false });
    }

    [Fact]
    public async Task The_same_key_again_answers_the_line_that_is_there()
    {
        var line = await Store.Add(new NewLine(_call, _me, "1", "first"));

        Assert.Equal(line with { IsNew = false }, await Store.Add(new NewLine(_call, _me, "1", "second")));
        Assert.True((await Store.Add(new NewLine(_call, Guid.NewGuid(), "1", "theirs"))).IsNew);
        Assert.True((await Store.Add(new NewLine(Guid.NewGuid(), _me, "1", "elsewhere"))).IsNew);
        Assert.Equal(["first", "theirs"], (await Store.LastOf(_call, 10)).Select(l => l.Text));
    }

    [Fact]
    public async Task The_last_lines_are_read_oldest_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.Add(new NewLine(_call, _me, $"{i}", $"line {i}"));
        }

        Assert.Equal(["line 2", "line 3", "line 4"], (await Store.LastOf(_call, 3)).Select(l => l.Text));
        Assert.Empty(await Store.LastOf(Guid.NewGuid(), 3));
    }

    [Fact]
    public async Task Erasing_forgets_what_the_user_wrote_and_nothing_else()
    {
        await Store.Add(new NewLine(_call, _me, "1", "mine"));
        await Store.Add(new NewLine(_call, Guid.NewGuid(), "1", "theirs"));

        await Store.Erase(_me);
        await Store.Erase(_me);

        Assert.Equal(["theirs"], (await Store.LastOf(_call, 10)).Select(l => l.Text));
    }

    [Fact]
    public Task Of_the_same_line_sent_many_times_at_once_one_is_new() => Race.Rounds(100, async i =>
    {
        var send = () => Store.Add(new NewLine(_call, _me, $"{i}", "once"));
        var lines = await Race.Of(send, send, send, send);
        Assert.Single(lines, l => l.IsNew);
        Assert.Single(lines.Select(l => l.Id).Distinct());
    });
}

public sealed class InMemoryChatStoreTests() : ChatStoreContractTests(null)
{
    [Fact]
    public async Task Only_the_last_lines_of_a_call_are_kept()
    {
        var call = Guid.NewGuid();
        for (var i = 0; i <= InMemoryChatStore.MaxLines; i++)
        {
            await Store.Add(new NewLine(call, call, $"{i}", $"{i}"));
        }

        var lines = await Store.LastOf(call, int.MaxValue);
        Assert.Equal((InMemoryChatStore.MaxLines, "1"), (lines.Count, lines[0].Text));
    }

    [Fact]
    public async Task Of_all_calls_the_oldest_lines_go_when_they_weigh_too_much()
    {
        var store = (InMemoryChatStore)Store;
        var (first, text, calls) = (Guid.NewGuid(), new string('x', Matchmaker.Features.Chat.Chat.MaxText), 0);
        await Store.Add(new NewLine(first, first, "1", text));
        while (store.Figures.Dropped == 0)
        {
            var call = Guid.NewGuid();
            Assert.InRange(++calls, 1, 100_000);
            await Store.Add(new NewLine(call, call, "1", text));
            Assert.InRange(store.Figures.Bytes, 1, InMemoryChatStore.MaxBytes);
        }

        Assert.Empty(await Store.LastOf(first, 10));
        Assert.True(calls > 20_000);
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresChatStoreTests(TestDatabase database) : ChatStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Of_the_same_lines_sent_over_two_instances_at_once_each_is_new_once_and_nobody_fails()
    {
        var (here, there) = (new PostgresChatStore(World.Database, new(World.Database)), new PostgresChatStore(World.Database, new(World.Database)));
        for (var round = 0; round < 200; round++)
        {
            var call = Guid.NewGuid();
            var ids = Enumerable.Range(0, 6).ToList();
            var both = await Race.Of(
                () => Task.WhenAll(ids.Select(i => here.Add(new NewLine(call, call, $"{i}", "once")))),
                () => Task.WhenAll(Enumerable.Reverse(ids).Select(i => there.Add(new NewLine(call, call, $"{i}", "once")))));

            Assert.Equal(6, both.SelectMany(l => l).Count(l => l.IsNew));
            Assert.Equal(both[0].Select(l => l.Id), Enumerable.Reverse(both[1]).Select(l => l.Id));
        }
    }
}
