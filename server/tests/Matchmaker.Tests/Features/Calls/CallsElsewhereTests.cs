using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>Calls whose two people are on different instances.</summary>
[Trait("Category", "Postgres")]
public sealed class CallsElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Both_hear_once_that_the_call_began_and_see_themselves_in_it()
    {
        var (a, b, callId) = await Call();

        var mine = Assert.IsType<CallView>(await Told(One, a.Connection.Id, "callStarted"));
        var theirs = Assert.IsType<CallView>(await Told(Two, b.Connection.Id, "callStarted"));
        Assert.Equal((callId, b.Id, true, true), (mine.CallId, mine.Partner.Id, mine.Here, mine.Initiator));
        Assert.Equal((callId, a.Id, true, false), (theirs.CallId, theirs.Partner.Id, theirs.Here, theirs.Initiator));
        Assert.Empty(One.Outbox.Told(a.Connection.Id, "partnerStatus"));
        Assert.Empty(Two.Outbox.Told(b.Connection.Id, "partnerStatus"));
    }

    [Fact]
    public async Task Whoever_hangs_up_the_other_hears_it_once_and_both_histories_have_it()
    {
        var (a, b, callId) = await Call();
        await One.Pass(TimeSpan.FromSeconds(10));

        Assert.NotNull((await One.Ending.HangUp(a.Id, callId, EndReason.Hangup)).Value);

        var mine = (CallEnded)(await Told(One, a.Id.ToString(), "callEnded"))!;
        var theirs = (CallEnded)(await Told(Two, b.Id.ToString(), "callEnded"))!;
        Assert.Equal(mine with { Rev = 0 }, theirs with { Rev = 0 });
        Assert.Equal(EndReason.Hangup, theirs.Reason);
        Assert.Null(Two.Get<LiveCalls>().Find(callId));
        Assert.NotNull(await Two.CallStore.FindInHistory(a.Id, callId));
        Assert.NotNull(await Two.CallStore.FindInHistory(b.Id, callId));
        Assert.Equal(mine.Seconds, (await Two.Ending.HangUp(b.Id, callId, EndReason.Hangup)).Value!.Seconds);
    }

    [Fact]
    public async Task A_partner_who_goes_is_away_and_who_comes_back_through_the_other_instance_is_back()
    {
        var (a, b, callId) = await Call();

        await One.Presence.Close(a.Connection);
        Assert.Equal(PartnerState.Away, ((PartnerStatus)(await Told(Two, b.Connection.Id, "partnerStatus"))!).State);

        var again = await Two.Connect(a, a.Connection.Tab);
        Assert.True((await Two.Calls.Resume(again, take: false))!.Value.Given);
        Assert.Equal(PartnerState.Back, ((PartnerStatus)(await Told(Two, b.Connection.Id, "partnerStatus", 2))!).State);
        Assert.NotNull((await Two.Calls.RequireHere(again, callId)).Value);
    }

    [Fact]
    public async Task A_partner_whose_tab_moves_to_the_other_instance_was_never_away()
    {
        var (a, b, callId) = await Call();

        var moved = await Two.Connect(a, a.Connection.Tab);
        await Eventually.Holds(() => a.Connection.Displaced);
        await One.Presence.Close(a.Connection);
        Assert.True((await Two.Calls.Resume(moved, take: false))!.Value.Given);

        Assert.NotNull((await Two.Calls.RequireHere(moved, callId)).Value);
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Assert.Empty(Two.Outbox.Told(b.Connection.Id, "partnerStatus"));
    }

    [Fact]
    public async Task Two_whose_tabs_move_at_once_to_an_instance_that_knows_nothing_of_their_call_were_never_away()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        var callId = await StartOn(One, a, b);
        var moved = new List<Connection>();
        foreach (var person in new[] { a, b })
        {
            moved.Add(await Two.Connect(person, person.Connection.Tab));
            await Eventually.Holds(() => person.Connection.Displaced);
            await One.Presence.Close(person.Connection);
        }

        foreach (var connection in moved)
        {
            Assert.True((await Two.Get<Resuming>().Snapshot(connection, takeCall: false)).Call!.Here);
            Assert.NotNull((await Two.Calls.RequireHere(connection, callId)).Value);
        }

        Assert.All(moved, connection => Assert.Empty(Two.Outbox.Told(connection.Id, "partnerStatus")));
    }

    [Fact]
    public async Task A_partner_whose_tab_moves_and_does_not_resume_is_away_after_a_moment()
    {
        var (a, b, _) = await Call();

        await Two.Connect(a, a.Connection.Tab);
        await Eventually.Holds(() => a.Connection.Displaced);
        await One.Presence.Close(a.Connection);

        Assert.Equal(PartnerState.Away, ((PartnerStatus)(await Told(Two, b.Connection.Id, "partnerStatus"))!).State);
    }

    [Fact]
    public async Task Somebody_with_a_tab_on_each_takes_the_call_from_one_to_the_other()
    {
        var (a, b, callId) = await Call();
        var tab = await Two.Connect(a);

        Assert.False((await Two.Calls.Resume(tab, take: false))!.Value.Given);
        Assert.Equal(CallRefusals.NotHere, (await Two.Calls.RequireHere(tab, callId)).No);
        Assert.True((await Two.Calls.Resume(tab, take: true))!.Value.Given);

        Assert.Equal(callId, ((CallMoved)(await Told(One, a.Connection.Id, "callMoved"))!).CallId);
        Assert.Equal(CallRefusals.NotHere, (await One.Calls.RequireHere(a.Connection, callId)).No);
        Assert.Empty(Two.Outbox.Told(b.Connection.Id, "partnerStatus"));
    }

    [Fact]
    public async Task Signals_and_chat_are_sent_to_the_partners_connection()
    {
        var (a, b, callId) = await Call();

        Assert.Null((await One.Get<Relay>().Send(a.Connection, callId, SignalKind.Offer, new RawJson("\"x\""u8.ToArray()))).No);
        Assert.NotNull((await One.Get<Matchmaker.Features.Chat.Chat>().Send(a.Connection, callId, "1", "hello")).Value);

        Assert.Single(One.Outbox.Told(b.Connection.Id, "signal"));
        await Told(One, a.Connection.Id, "chat");
        Assert.Equal("hello", ((Matchmaker.Features.Chat.ChatLine)(await Told(Two, b.Connection.Id, "chat"))!).Text);
        await Eventually.Holds(() => One.Get<ConnectionDirectory>().Find(b.Connection.Id) is not null);
    }

    [Fact]
    public async Task Who_was_taken_for_gone_with_a_frozen_instance_gets_what_was_held_back_without_resuming()
    {
        var (a, b, callId) = await Call();
        await Eventually.Holds(() => One.Get<ConnectionDirectory>().Find(b.Connection.Id) is not null);
        var (call, relay) = (One.Get<LiveCalls>().Find(callId)!, One.Get<Relay>());
        Task Send(string text) => relay.Send(a.Connection, callId, SignalKind.Ice, new RawJson(System.Text.Encoding.UTF8.GetBytes($"\"{text}\"")));
        await Send("before");
        Assert.True(One.Calls.HearLeft(call, b.Id, b.Connection.Id));
        await Send("one");
        await Send("two");
        Assert.Single(One.Outbox.Told(b.Connection.Id, "signal"));

        Assert.True(One.Calls.HearTaken(call, b.Id, b.Connection.Id, call.Rev + 1));
        Assert.Equal(3, One.Outbox.Told(b.Connection.Id, "signal").Count);

        await Send("after");
        Assert.True(One.Calls.HearLeft(call, b.Id, b.Connection.Id));
        Assert.True(One.Calls.HearTaken(call, b.Id, b.Connection.Id, call.Rev + 1));
        Assert.Equal(4, One.Outbox.Told(b.Connection.Id, "signal").Count);
    }

    [Fact]
    public async Task Who_comes_back_gets_what_a_partner_elsewhere_signaled_meanwhile()
    {
        var (a, b, callId) = await Call();
        await Eventually.Holds(() => One.Get<ConnectionDirectory>().Find(b.Connection.Id) is not null);
        await One.Presence.Close(a.Connection);
        await Told(Two, b.Connection.Id, "partnerStatus");
        await Two.Get<Relay>().Send(b.Connection, callId, SignalKind.Offer, new RawJson("{\"sdp\":\"v=0\"}"u8.ToArray()));

        var (missed, complete) = await ComeBack(a);

        Assert.True(complete);
        Assert.Equal("{\"sdp\":\"v=0\"}", System.Text.Encoding.UTF8.GetString(Assert.Single(missed).Data.Bytes.Span));
    }

    [Fact]
    public async Task Who_comes_back_while_the_partner_cannot_be_asked_hears_that_signals_are_missing_and_cannot_send_any()
    {
        var (a, _, callId) = await Call();
        Cut();
        await One.Presence.Close(a.Connection);

        var (missed, complete) = await ComeBack(a);

        Assert.False(complete);
        Assert.Empty(missed);
        Assert.False(One.Get<Outbox>().CanReach("elsewhere"));
        Assert.NotNull(One.Get<LiveCalls>().Find(callId));
    }

    [Fact]
    public async Task What_was_missed_is_not_told_before_the_seats_that_were_taken_before_are_heard()
    {
        var (a, b, callId) = await Call();
        await Eventually.Holds(() => One.Get<ConnectionDirectory>().Find(b.Connection.Id) is not null);
        var gate = new TaskCompletionSource();
        Two.Get<CallsElsewhere>().Work.Add(() => gate.Task);

        var early = await One.Get<SignalsElsewhere>().Missed(One.Get<LiveCalls>().Find(callId)!, a.Id);
        gate.SetResult();
        var late = await One.Get<SignalsElsewhere>().Missed(One.Get<LiveCalls>().Find(callId)!, a.Id);

        Assert.False(early.Complete);
        Assert.True(late.Complete);
    }

    [Fact]
    public async Task What_began_moved_and_ended_while_nothing_could_be_heard_is_found_in_the_rows()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        Cut();
        var callId = await StartOn(Two, a, b);
        await CatchUp(One);
        Assert.Equal(callId, ((CallView)(await Told(One, a.Connection.Id, "callStarted"))!).CallId);

        await Two.Presence.Close(b.Connection);
        await CatchUp(One);
        Assert.Equal(PartnerState.Away, ((PartnerStatus)(await Told(One, a.Connection.Id, "partnerStatus"))!).State);

        var again = await Two.Connect(b, b.Connection.Tab);
        await Two.Calls.Resume(again, take: false);
        await CatchUp(One);
        Assert.Equal(PartnerState.Back, ((PartnerStatus)(await Told(One, a.Connection.Id, "partnerStatus", 2))!).State);

        await Two.Ending.HangUp(b.Id, callId, EndReason.Hangup);
        await CatchUp(One);
        Assert.Equal(EndReason.Hangup, ((CallEnded)(await Told(One, a.Id.ToString(), "callEnded"))!).Reason);
        await Mend();
        await Told(One, a.Id.ToString(), "callEnded");
    }

    [Fact]
    public async Task A_partner_whose_instance_has_not_renewed_its_lease_is_not_away_before_a_sweep_may_say_so()
    {
        var (a, b, callId) = await Call();
        Cut();
        await Two.Get<Matchmaker.Features.Presence.InstanceLease>().StopAsync(CancellationToken.None); // as of one that died

        await CatchUp(One);
        var again = await One.Connect(a, a.Connection.Tab);
        await One.Calls.Resume(again, take: false);
        await CatchUp(One);
        var done = new TaskCompletionSource();
        One.Get<CallsElsewhere>().Work.Add(() =>
        {
            done.SetResult();
            return Task.CompletedTask;
        });
        await done.Task;
        Assert.Empty(One.Outbox.Told(a.Connection.Id, "partnerStatus"));
        Assert.Empty(One.Outbox.Told(again.Id, "partnerStatus"));

        await One.CallStore.Sweep(World.Grace, 100);
        await CatchUp(One);
        Assert.Equal(PartnerState.Away, ((PartnerStatus)(await Told(One, again.Id, "partnerStatus"))!).State);
        Assert.NotNull(Two.Get<LiveCalls>().Find(callId));
        Assert.True(Two.Get<Matchmaker.Features.Presence.ConnectionManager>().IsOpen(b.Connection.Id));
    }

    [Fact]
    public async Task A_block_through_any_instance_ends_the_call_on_both()
    {
        var (a, b, _) = await Call();

        await One.Safety.Block(a.Id, b.Id);

        Assert.Equal(EndReason.Blocked, ((CallEnded)(await Told(One, a.Id.ToString(), "callEnded"))!).Reason);
        Assert.Equal(EndReason.Blocked, ((CallEnded)(await Told(Two, b.Id.ToString(), "callEnded"))!).Reason);
    }

    [Fact]
    public async Task What_happens_in_one_call_is_not_heard_later_because_the_end_of_another_is_written_slowly()
    {
        var ((a, b, slow), (c, d, _)) = (await Call(), await Call());
        var gate = new TaskCompletionSource();
        (Two.Get<AwayCallStore>().Gate, Two.Get<Microsoft.Extensions.Options.IOptions<CallOptions>>().Value.EndPatience) =
            (gate.Task, TimeSpan.FromHours(1));

        await One.Ending.HangUp(a.Id, slow, EndReason.Hangup);
        await One.Presence.Close(c.Connection);

        await Told(Two, d.Connection.Id, "partnerStatus");
        Assert.Empty(Two.Outbox.Told(b.Id.ToString(), "callEnded"));
        gate.SetResult();
        await Told(Two, b.Id.ToString(), "callEnded");
    }

    [Fact]
    public async Task What_is_sent_to_a_connection_waits_for_what_was_told_of_its_call_before()
    {
        var (_, b, _) = await Call();
        var (gate, heard) = (new TaskCompletionSource(), new TaskCompletionSource());
        var later = Topic.Json<string>("later");
        Two.Get<ICarrier>().On(later, _ => heard.SetResult());
        Two.Get<CallsElsewhere>().Work.Add(() => gate.Task);

        One.Get<Outbox>().ToConnection(b.Connection.Id, new ClientEvent("signal"), ["x"]);
        One.Get<ICarrier>().Tell(later, "");
        await heard.Task;

        Assert.True(Two.Get<Outbox>().IsIdle(b.Connection.Id));
        gate.SetResult();
        await Eventually.Holds(() => !Two.Get<Outbox>().IsIdle(b.Connection.Id));
    }

    [Fact]
    public async Task A_call_that_ended_while_its_rows_were_read_does_not_come_back()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        Cut();
        var callId = await StartOn(Two, a, b);
        Join();
        var (gate, store) = (new TaskCompletionSource(), One.Get<AwayCallStore>());
        (store.Answers, var reads) = (gate.Task, store.Reads);
        var (look, resume) = (One.Get<CallsElsewhere>().CatchUp(), One.Calls.Resume(a.Connection, take: false));
        await Eventually.Holds(() => store.Reads == (reads.OfOne + 1, reads.OfMany + 1));

        await Two.Ending.HangUp(b.Id, callId, EndReason.Hangup);
        await Eventually.Holds(() => One.Get<LiveCalls>().Over == 1);
        gate.SetResult();
        await look;
        await Settled(One);

        Assert.Null(await resume);
        Assert.Equal(0, One.Get<LiveCalls>().Count);
        Assert.Empty(One.Outbox.Told(a.Connection.Id, "callStarted"));
    }

    [Fact]
    public async Task A_partner_who_went_while_the_rows_were_read_is_not_taken_for_back()
    {
        var (a, b, callId) = await Call();
        var (gate, store) = (new TaskCompletionSource(), One.Get<AwayCallStore>());
        (store.Answers, var reads) = (gate.Task, store.Reads);
        var look = One.Get<CallsElsewhere>().CatchUp();
        await Eventually.Holds(() => store.Reads == (reads.OfOne, reads.OfMany + 1));

        await Two.Presence.Close(b.Connection);
        await Told(One, a.Connection.Id, "partnerStatus");
        gate.SetResult();
        await look;
        await Settled(One);

        Assert.Equal(PartnerState.Away, ((PartnerStatus)(await Told(One, a.Connection.Id, "partnerStatus"))!).State);
        Assert.NotNull(One.Get<LiveCalls>().Find(callId));
    }

    [Fact]
    public async Task A_look_is_over_when_what_was_read_has_been_done()
    {
        var (_, b, callId) = await Call();
        Cut();
        await Two.Presence.Close(b.Connection);
        var (gate, calls) = (new TaskCompletionSource(), One.Get<CallsElsewhere>());
        calls.Work.Add(() => gate.Task);

        var look = calls.CatchUp();
        await Eventually.Holds(() => calls.Work.Count == 1);
        Assert.False(look.IsCompleted);
        gate.SetResult();
        await look;

        Assert.NotNull(One.Get<LiveCalls>().Find(callId)!.SeatOf(b.Id).AwayStamp);
    }

    [Fact]
    public async Task A_tab_that_resumes_does_not_keep_the_beginning_from_the_other_tabs()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        var tab = await One.Connect(a);
        Cut();
        await StartOn(Two, a, b);

        Assert.NotNull(await One.Calls.Resume(tab, take: false));
        await CatchUp(One);
        await Settled(One);

        await Told(One, a.Connection.Id, "callStarted");
        Assert.Empty(One.Outbox.Told(tab.Id, "callStarted"));
    }

    [Fact]
    public async Task A_call_that_was_found_by_a_command_is_told_at_the_next_look()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        Cut();
        await StartOn(Two, a, b);
        Assert.NotNull(await One.Calls.Find(a.Id));
        Assert.Empty(One.Outbox.Told(a.Connection.Id, "callStarted"));

        await CatchUp(One);

        await Told(One, a.Connection.Id, "callStarted");
    }

    [Fact]
    public async Task Nothing_is_kept_for_a_call_that_another_instance_looks_after()
    {
        var (a, b) = (await Two.Enter(), await Two.Enter());
        await StartOn(Two, a, b);

        await One.Calls.Tell(a.Id);

        Assert.Equal(1, Two.Get<Relay>().Count);
        Assert.Equal(0, One.Get<Relay>().Count);
    }

    [Fact]
    public async Task What_was_signaled_before_this_process_found_the_call_counts_as_missing()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        await One.StartInStore(a, b);
        await One.Presence.Close(a.Connection);
        await One.Presence.Close(b.Connection);
        var again = await One.Connect(a, a.Connection.Tab);
        await One.Connect(b, b.Connection.Tab);
        await CatchUp(One);
        await Told(One, again.Id, "callStarted");

        var resumed = (await One.Calls.Resume(again, take: false))!.Value;

        Assert.True(resumed.Given);
        Assert.False(One.Get<Relay>().Missed(resumed.Call, a.Id).Complete);
    }

    [Fact]
    public async Task A_matcher_on_one_instance_starts_calls_of_people_on_another()
    {
        var (a, b) = (await Two.Enter(), await Two.Enter());

        var callId = await StartOn(One, a, b);

        Assert.Equal(callId, ((CallView)(await Told(Two, a.Connection.Id, "callStarted"))!).CallId);
        await Told(Two, b.Connection.Id, "callStarted");
        Assert.Equal(0, One.Get<LiveCalls>().Count);
        Assert.Equal(1, Two.Get<LiveCalls>().Count);
    }

    private async Task<(IReadOnlyList<MissedSignal> Signals, bool Complete)> ComeBack(Person person)
    {
        var again = await One.Connect(person, person.Connection.Tab);
        var resumed = (await One.Calls.Resume(again, take: false))!.Value;
        Assert.True(resumed.Given);
        return await One.Get<SignalsElsewhere>().Missed(resumed.Call, person.Id);
    }

    private static async Task<Guid> StartOn(World world, Person a, Person b)
    {
        var pair = World.Pair(a, b);
        Assert.Equal(StartOutcome.Started, (await world.Calls.Start([pair], null, CallOrigin.Invite))[0].Outcome);
        return pair.CallId;
    }
}
