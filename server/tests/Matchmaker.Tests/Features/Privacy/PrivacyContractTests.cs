using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Privacy;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Features.Reports;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Privacy;

/// <summary>What people take with them, and what is let go by itself.</summary>
public abstract class PrivacyContractTests(TestDatabase? database) : ReportWorldTests(database)
{
    // What has no value is left out.
    private static readonly JsonSerializerOptions _strict = new(WireJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = false,
    };

    [Fact]
    public async Task An_export_has_all_that_is_kept_about_me_and_nothing_that_is_about_others()
    {
        var (ann, bob, eve) = (await Enter(), await Enter(), await Enter());
        var call = await World.StartInStore(ann, bob);
        await World.ChatStore.Add(new NewLine(call, bob.Id, "1", "hello <b>"));
        await World.ChatStore.Add(new NewLine(call, ann.Id, "1", "grüß dich 👋"));
        await World.Pass(TimeSpan.FromSeconds(20));
        await World.CallStore.End(World.End(call));
        await World.SafetyStore.Block(ann.Id, eve.Id, 10);
        await World.SafetyStore.Block(bob.Id, ann.Id, 10);
        await File(ann, call, Reason.Hate, "he\nsaid it");
        await File(bob, call, Reason.Spam, "a secret of bob's");
        var ban = new NewMeasure(Guid.NewGuid(), ann.Id, MeasureKind.Ban, Reason.Spam, "No selling.", TimeSpan.FromDays(1), null, Admin);
        await Measures.Take(ban);
        await World.Get<IAppealStore>().File(Guid.NewGuid(), ann.Id, "I did not.");

        var (export, text) = await Export(ann);

        Assert.Equal(ann.Card, export.Account.Card);
        Assert.Single(export.Account.Logins);
        Assert.Equal(new[] { bob.Id, eve.Id }.Order(), export.Blocked.Select(c => c.Id).Order());
        Assert.Equal((ban.MeasureId, MeasureKind.Ban, "No selling."), (export.Measures[0].MeasureId, export.Measures[0].Kind, export.Measures[0].Text));
        Assert.Equal((ban.MeasureId, "I did not.", null), (export.Appeals[0].MeasureId, export.Appeals[0].Text, export.Appeals[0].Outcome));
        Assert.Equal((call, Reason.Hate, "he\nsaid it"), (export.Reports[0].CallId, export.Reports[0].Reason, export.Reports[0].Note));
        var exported = Assert.Single(export.Calls);
        Assert.Equal((call, bob.Id, 20, true), (exported.CallId, exported.Partner.Id, exported.Seconds, exported.Reported));
        Assert.Equal(["hello <b>", "grüß dich 👋"], exported.Messages.Select(m => m.Text));
        Assert.Null(export.NextCursor);
        Assert.DoesNotContain("a secret of bob's", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_comes_with_the_next_answer_and_an_answer_that_goes_on_has_only_calls()
    {
        const int Enough = 4000;
        var ann = await Enter();
        var calls = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            calls.Add(await Call(ann, await Enter()));
            await World.ChatStore.Add(new NewLine(calls[^1], ann.Id, "1", string.Concat(Enumerable.Repeat("👋", 100))));
        }

        await File(ann, calls[0]);
        var (none, _) = await Export(ann, maxBytes: 100);
        Assert.Equal((0, 1, 1), (none.Calls.Count, none.Blocked.Count, none.Reports.Count));
        var (seen, answers, cursor) = (new List<Guid>(), 0, none.NextCursor);
        while (cursor is not null)
        {
            var (export, text) = await Export(ann, cursor, Enough);
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, Enough);
            Assert.Equal((0, 0), (export.Blocked.Count, export.Reports.Count));
            Assert.All(export.Calls, c => Assert.Single(c.Messages));
            seen.AddRange(export.Calls.Select(c => c.CallId));
            (answers, cursor) = (answers + 1, export.NextCursor);
        }

        Assert.Equal(Enumerable.Reverse(calls), seen);
        Assert.InRange(answers, 4, 12);
        Assert.Equal(12, (await Export(ann)).Export.Calls.Count);
        Assert.Single((await Export(ann, none.NextCursor, maxBytes: 100)).Export.Calls); // too large, and written all the same
    }

    [Fact]
    public async Task Whoever_has_done_nothing_has_little_to_take_along()
    {
        var (export, _) = await Export(await Enter());

        Assert.Equal((0, 0, 0, 0, 0), (export.Blocked.Count, export.Measures.Count, export.Appeals.Count, export.Reports.Count, export.Calls.Count));
    }

    [Fact]
    public async Task Somebody_exports_three_times_a_minute_and_four_people_at_a_time()
    {
        var export = World.Get<Export>();
        var me = Guid.NewGuid();
        for (var i = 0; i < 3; i++)
        {
            export.Begin(me).Value!.Dispose();
        }

        Assert.Equal("rate_limited", export.Begin(me).No!.Code);
        var turns = Enumerable.Range(0, Matchmaker.Features.Privacy.Export.AtOnce).Select(_ => export.Begin(Guid.NewGuid()).Value!).ToList();
        Assert.Equal("unavailable", export.Begin(Guid.NewGuid()).No!.Code);
        turns[0].Dispose();
        Assert.Null(export.Begin(Guid.NewGuid()).No);
        Assert.Equal("unavailable", export.Begin(Guid.NewGuid()).No!.Code);
        Assert.Equal(Matchmaker.Features.Privacy.Export.AtOnce, export.Running);
    }

    [Fact]
    public async Task An_account_that_nobody_can_come_back_to_is_erased_after_its_time_and_what_must_stay_stays()
    {
        var (gone, here) = (await Enter(), await Enter());
        var call = await Call(gone, here);
        await File(here, call, Reason.Threats);
        await Measures.Take(new NewMeasure(Guid.NewGuid(), gone.Id, MeasureKind.Ban, Reason.Threats, "No threats.", null, null, Admin));
        await World.Get<IAccountStore>().EndSession(gone.Connection.SessionId);

        await World.Pass(TimeSpan.FromDays(37) - TimeSpan.FromHours(1));
        Assert.Equal(0, await Clean("unreachable_accounts"));
        await World.Pass(TimeSpan.FromHours(2));
        Assert.Equal(1, await Clean("unreachable_accounts"));
        Assert.Equal(0, await Clean("unreachable_accounts"));

        Assert.Null(await World.Get<IAccountStore>().FindUser(gone.Id));
        Assert.NotNull(await World.Get<IAccountStore>().FindUser(here.Id));
        Assert.Equal(Cards.Deleted(gone.Id), (await World.CallStore.FindInHistory(here.Id, call))!.Partner);
        Assert.Equal(MeasureKind.Ban, (await Measures.StandingOf(gone.Id)).Kind);
        Assert.Equal(Cards.Deleted(gone.Id), Assert.Single((await DetailOf(gone.Id)).Reports).Reported);
    }

    [Fact]
    public async Task A_call_stays_in_the_history_for_a_year()
    {
        await Clear();
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);
        await World.ChatStore.Add(new NewLine(call, bob.Id, "1", "hello"));
        await World.Pass(TimeSpan.FromDays(8));
        await World.CallStore.Archive(TimeSpan.FromDays(7), 100);
        await World.Pass(TimeSpan.FromDays(357) - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await Clean("old_history"));
        Assert.NotNull(await World.CallStore.FindInHistory(ann.Id, call));

        await World.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await Clean("old_history"));

        Assert.Null(await World.CallStore.FindInHistory(ann.Id, call));
        Assert.Empty(await World.CallStore.History(bob.Id, 10, null));
    }

    /// <summary>Calls of other tests on the same database are gone.</summary>
    private protected virtual Task Clear() => Task.CompletedTask;

    /// <summary>What a run has cleaned, which is what a dry run said before.</summary>
    private async Task<int> Clean(string name)
    {
        var cleanup = World.All<ICleanup>().Single(c => c.Name == name);
        var count = await cleanup.Count(CleanupDepth.Periodic, CancellationToken.None);
        Assert.Equal(count, await cleanup.Run(CleanupDepth.Periodic, CancellationToken.None));
        return count;
    }

    private protected async Task<(UserExport Export, string Text)> Export(
        Person person, string? cursor = null, int maxBytes = Matchmaker.Features.Privacy.Export.MaxBytes)
    {
        await using var output = new MemoryStream();
        var (export, writer) = (World.Get<Export>(), PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true)));
        await export.Write(
            person.Id, await export.Read(person.Id, cursor is null ? null : HistoryCursor.Read(cursor)), writer, CancellationToken.None, maxBytes);
        await writer.CompleteAsync();
        Assert.InRange(output.Length, 1, Matchmaker.Features.Privacy.Export.MaxBytes);
        return (JsonSerializer.Deserialize<UserExport>(output.ToArray(), _strict)!, Encoding.UTF8.GetString(output.ToArray()));
    }
}

public sealed class InMemoryPrivacyTests() : PrivacyContractTests(null)
{
    [Fact]
    public async Task Pages_that_end_with_the_history_are_written_whole()
    {
        // Two pages of fifty.
        var ann = await Enter();
        for (var i = 0; i < 100; i++)
        {
            await Call(ann, await Enter());
        }

        var (export, _) = await Export(ann);

        Assert.Equal(100, export.Calls.Count);
        Assert.Equal(100, export.Calls.Select(c => c.CallId).Distinct().Count());
        Assert.Null(export.NextCursor);
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresPrivacyTests(TestDatabase database) : PrivacyContractTests(database), IClassFixture<TestDatabase>
{
    private protected override Task Clear() => World.Database.Execute("truncate archived_history, archived_call, history, seat, call");
}
