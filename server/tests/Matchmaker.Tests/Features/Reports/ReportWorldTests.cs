using Matchmaker.Features.Accounts;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>People from different networks who have had calls with somebody, and what they say about them.</summary>
public abstract class ReportWorldTests(TestDatabase? database) : WorldTests(database)
{
    private protected IReportStore Reports => World.Get<IReportStore>();

    private protected ICaseStore Cases => World.Get<ICaseStore>();

    private protected IMeasureStore Measures => World.Get<IMeasureStore>();

    private protected Guid Admin { get; } = Guid.NewGuid();

    /// <summary>Time does not pass: that would touch the rows of everybody.</summary>
    private protected virtual bool IsRace => false;

    /// <summary>Somebody who comes from this network; null: from one of their own.</summary>
    private protected async Task<Person> Enter(string? network = null)
    {
        var person = await World.Enter();
        await World.Get<IAccountStore>().FindSignedIn(person.Connection.SessionId, From(network ?? person.Id.ToString()));
        return person;
    }

    /// <summary>A call of the two that has ended.</summary>
    private protected async Task<Guid> Call(Person a, Person b, int seconds = 10)
    {
        var call = await World.StartInStore(a, b);
        if (!IsRace)
        {
            await World.Pass(TimeSpan.FromSeconds(seconds));
        }

        await World.CallStore.End(World.End(call));
        return call;
    }

    private protected Task<FiledReport> File(Person reporter, Guid callId, Reason reason = Reason.Spam, string? note = null) =>
        Reports.File(new NewReport(Guid.NewGuid(), callId, reporter.Id, reporter.Connection.SessionId, reason, note));

    /// <summary>Somebody new has had a call with a person, and reports them.</summary>
    private protected async Task<(Person Reporter, FiledReport Filed)> Report(Person about, string? network = null, Reason reason = Reason.Spam)
    {
        var reporter = await Enter(network);
        return (reporter, await File(reporter, await Call(reporter, about), reason));
    }

    /// <summary>So many new people, each from a network of their own or all from one.</summary>
    private protected async Task Report(Person about, int times, string? network = null)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(ReportOutcome.Filed, (await Report(about, network)).Filed.Outcome);
        }
    }

    /// <summary>The open case of a person.</summary>
    private protected async Task<ReviewCase?> CaseOf(Guid subject, CaseState state = CaseState.Open) =>
        (await Cases.Page(new CaseQuery(state, Admin, null, WireId.Format(subject), 10, null))).Cases is [var first, ..] ? first : null;

    private protected async Task<ReviewDetail> DetailOf(Guid subject, CaseState state = CaseState.Open) =>
        (await Cases.Find((await CaseOf(subject, state))!.CaseId))!;

    private protected async Task Close(Person subject, CaseOutcome outcome) =>
        Assert.Equal(CaseChange.Done, await Cases.Close((await CaseOf(subject.Id))!.CaseId, Admin, outcome, null));

    private static AddressKeys From(string network)
    {
        var key = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(network))[..AddressKeys.Length];
        return new AddressKeys(key, key, key);
    }
}
