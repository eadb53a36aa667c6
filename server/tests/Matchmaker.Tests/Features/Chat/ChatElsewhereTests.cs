using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Chat;

/// <summary>Lines between two people on different instances: each is told, once, and in its place.</summary>
[Trait("Category", "Postgres")]
public sealed class ChatElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_line_that_was_said_while_nothing_could_be_heard_is_told_once_from_the_rows()
    {
        var (a, b, callId) = await Call();
        await Say(One, a, callId, "heard");
        await Told(Two, b.Connection.Id, "chat");
        Cut();
        await Say(One, a, callId, "missed");

        await CatchUp(Two);
        await CatchUp(Two);

        await Told(Two, b.Connection.Id, "chat", 2);
        await Settled(Two);
        Assert.Equal(["heard", "missed"], Lines(Two, b.Connection.Id));
    }

    [Fact]
    public async Task A_line_that_Resume_answered_is_not_told_again()
    {
        var (a, b, callId) = await Call();
        await Say(One, a, callId, "hello");
        await Two.Presence.Close(b.Connection);
        var again = await Two.Connect(b, b.Connection.Tab);

        var snapshot = await Two.Get<Resuming>().Snapshot(again, takeCall: false);
        await CatchUp(Two);
        await Settled(Two);

        Assert.Equal("hello", Assert.Single(snapshot.Missed.Chat).Text);
        Assert.Empty(Lines(Two, again.Id));
    }

    [Fact]
    public async Task A_line_that_was_said_here_is_not_told_again_when_its_sender_has_moved_to_another_instance()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        var pair = World.Pair(a, b);
        await One.Calls.Start([pair], null, CallOrigin.Invite);
        await Say(One, a, pair.CallId, "hello");
        await One.Presence.Close(a.Connection);
        var again = await Two.Connect(a, a.Connection.Tab);
        Assert.True((await Two.Calls.Resume(again, take: false))!.Value.Given);
        await Told(One, b.Connection.Id, "partnerStatus", 2);

        await CatchUp(One);
        await Settled(One);

        Assert.Equal(["hello"], Lines(One, b.Connection.Id));
    }

    [Fact]
    public async Task A_line_that_was_missed_is_told_also_when_its_sender_has_come_to_this_instance_meanwhile()
    {
        var (a, b, callId) = await Call();
        await CatchUp(Two);
        Cut();
        await Say(One, a, callId, "missed");
        await One.Presence.Close(a.Connection);
        var again = await Two.Connect(a, a.Connection.Tab);
        Assert.True((await Two.Calls.Resume(again, take: false))!.Value.Given);

        await CatchUp(Two);
        await CatchUp(Two);
        await Settled(Two);

        Assert.Equal(["missed"], Lines(Two, b.Connection.Id));
    }

    [Fact]
    public async Task A_line_waits_for_what_was_told_of_its_call_before()
    {
        var (a, b, callId) = await Call();
        var (gate, heard) = (new TaskCompletionSource(), new TaskCompletionSource());
        var later = Topic.Json<string>("later");
        Two.Get<ICarrier>().On(later, _ => heard.SetResult());
        Two.Get<CallsElsewhere>().Work.Add(() => gate.Task);

        await Say(One, a, callId, "hello");
        One.Get<ICarrier>().Tell(later, "");
        await heard.Task;

        Assert.Empty(Lines(Two, b.Connection.Id));
        gate.SetResult();
        await Told(Two, b.Connection.Id, "chat");
    }

    private static async Task Say(World world, Person from, Guid callId, string text)
    {
        var chat = world.Get<Matchmaker.Features.Chat.Chat>();
        Assert.NotNull((await chat.Send(from.Connection, callId, Guid.NewGuid().ToString("N"), text)).Value);
    }

    private static IEnumerable<string> Lines(World world, string connectionId) =>
        world.Outbox.Told(connectionId, "chat").Cast<ChatLine>().Select(l => l.Text);
}
