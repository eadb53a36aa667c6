using System.Text.Json;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What every audit promises: nothing is changed, taken out or cut off without being named.</summary>
public abstract class AuditStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private protected IAuditStore Store => World.Get<IAuditStore>();

    [Fact]
    public async Task Entries_are_numbered_without_gaps_and_paged_from_the_latest_on()
    {
        var numbers = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            numbers.Add(await Note($"a{i}"));
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => numbers[0] + i), numbers);
        var page = await Store.Page(new AuditFilter(), 2, null);
        Assert.Equal(numbers.TakeLast(2).Reverse(), page.Select(e => e.Number));
        Assert.Equal(numbers[2], (await Store.Page(new AuditFilter(), 1, page[^1].Number))[0].Number);
        using var detail = JsonDocument.Parse(page[0].Detail);
        Assert.Equal("why", detail.RootElement.GetProperty("note").GetString());
    }

    [Fact]
    public async Task Entries_are_found_by_who_what_and_about_whom()
    {
        var (actor, subject) = (Guid.NewGuid(), Guid.NewGuid().ToString());
        await Store.Append(new AuditNote(actor, "door.open", subject, new { }));
        await Store.Append(new AuditNote(null, "door.close", subject, new { }));
        await Store.Append(new AuditNote(actor, "doors.paint", "x", new { }));

        Assert.Equal(["doors.paint", "door.open"], (await Find(new(Actor: actor))).Select(e => e.Action));
        Assert.Equal(["door.close", "door.open"], (await Find(new(Subject: subject))).Select(e => e.Action));
        Assert.Equal(["door.close", "door.open"], (await Find(new(Action: "door"))).Where(e => e.Subject == subject).Select(e => e.Action));
        Assert.Equal(["door.open"], (await Find(new(actor, "door.open", subject))).Select(e => e.Action));
        Assert.Empty(await Find(new(actor, "door.close", subject)));
    }

    [Fact]
    public async Task Many_who_append_at_once_make_one_chain()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Note($"b{i}")));

        Assert.Equal(40, numbers.Distinct().Count());
        Assert.Empty((await Store.Verify()).Findings);
    }

    [Fact]
    public async Task A_chain_that_nobody_touched_holds()
    {
        await Note("a");
        var check = await Store.Verify();

        Assert.Empty(check.Findings);
        Assert.Equal(check.Entries, (await Store.Page(new AuditFilter(), 1, null))[0].Number);
    }

    [Fact]
    public async Task What_leaves_the_house_is_a_line_an_entry_and_each_holds_the_hash_of_the_one_before()
    {
        var first = await Note("x1");
        await Note("x2");
        await Note("x3");

        var lines = await Store.Export(first - 1, 2);

        Assert.Equal([first, first + 1], lines.Select(l => l.Number));
        var entries = lines.Select(l => JsonDocument.Parse(l.Line).RootElement).ToList();
        Assert.Equal(["x1", "x2"], entries.Select(e => e.GetProperty("subject").GetString()));
        Assert.Equal("why", entries[0].GetProperty("detail").GetProperty("note").GetString());
        Assert.Equal(entries[0].GetProperty("hash").GetString(), entries[1].GetProperty("previous").GetString());
        Assert.Matches("^[0-9a-f]{64}$", entries[1].GetProperty("hash").GetString());
        Assert.Equal(first + 2, Assert.Single(await Store.Export(first + 1, 10)).Number);
        Assert.Empty(await Store.Export(first + 2, 10));
    }

    [Fact]
    public async Task An_edited_entry_is_named()
    {
        var number = await Chain();
        await Edit(number);

        Assert.Equal([$"entry {number} was edited"], (await Store.Verify()).Findings);
        await Restore();
    }

    [Fact]
    public async Task An_entry_that_was_edited_with_its_hash_is_named()
    {
        var number = await Chain();
        await EditWithHash(number);

        Assert.Equal([$"entry {number} was edited, and its hash with it"], (await Store.Verify()).Findings);
        await Restore();
    }

    [Fact]
    public async Task Entries_that_were_taken_out_are_named()
    {
        var number = await Chain();
        await Remove(number, 1);

        Assert.Equal([$"entries {number} to {number} are missing"], (await Store.Verify()).Findings);
        await Restore();
    }

    [Fact]
    public async Task A_cut_end_is_named()
    {
        var number = await Chain();
        await Remove(number, 2);

        Assert.Equal([$"the end after entry {number - 1} was cut off, up to {number + 1}"], (await Store.Verify()).Findings);
        await Restore();
    }

    private protected abstract Task Edit(long number);

    private protected abstract Task EditWithHash(long number);

    private protected abstract Task Remove(long number, int count);

    /// <summary>So that the next test finds a whole chain.</summary>
    private protected abstract Task Restore();

    private Task<long> Note(string subject) => Store.Append(new AuditNote(Guid.NewGuid(), "test.note", subject, new { Note = "why" }));

    private Task<IReadOnlyList<AuditEntry>> Find(AuditFilter filter) => Store.Page(filter, 10, null);

    // Some entries; answers the one before the last.
    private async Task<long> Chain()
    {
        await Note("a");
        await Note("b");
        return await Note("c") - 1;
    }
}

public sealed class InMemoryAuditStoreTests() : AuditStoreContractTests(null)
{
    private List<InMemoryAuditStore.Row> Rows => World.Get<InMemoryAuditStore>().Rows;

    private protected override Task Edit(long number)
    {
        var at = At(number);
        Rows[at] = Rows[at] with { Entry = Rows[at].Entry with { Subject = "x" } };
        return Task.CompletedTask;
    }

    private protected override Task EditWithHash(long number)
    {
        var at = At(number);
        var edited = Rows[at].Entry with { Subject = "x" };
        Rows[at] = new(edited, Rows[at].Previous, InMemoryAuditStore.Hash(Rows[at].Previous, edited));
        return Task.CompletedTask;
    }

    private protected override Task Remove(long number, int count)
    {
        Rows.RemoveRange(At(number), count);
        return Task.CompletedTask;
    }

    private protected override Task Restore() => Task.CompletedTask;

    private int At(long number) => Rows.FindIndex(r => r.Entry.Number == number);

    [Fact]
    public async Task At_the_bound_the_first_go_and_the_rest_holds()
    {
        for (var i = 0; i <= InMemoryAuditStore.MaxEntries; i++)
        {
            await Store.Append(new AuditNote(null, "test.note", "x", new { }));
        }

        Assert.Equal((InMemoryAuditStore.MaxEntries + 1 - (InMemoryAuditStore.MaxEntries / 10), InMemoryAuditStore.MaxEntries / 10), World.Get<InMemoryAuditStore>().Figures);
        Assert.Empty((await Store.Verify()).Findings);
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresAuditStoreTests(TestDatabase database) : AuditStoreContractTests(database), IClassFixture<TestDatabase>
{
    private const string Save = "create table saved as select * from audit_entry; alter table audit_entry disable trigger audit_entry_stays;";

    [Fact]
    public async Task Nobody_changes_an_entry_by_the_way()
    {
        await Store.Append(new AuditNote(null, "test.note", "x", new { }));
        foreach (var sql in new[] { "update audit_entry set actor = null", "delete from audit_entry", "truncate audit_entry" })
        {
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => World.Database.Execute(sql));
            Assert.Contains("only appended to", refused.Message);
        }
    }

    [Fact]
    public async Task What_is_told_is_in_the_transaction_of_what_is_done()
    {
        var user = Guid.NewGuid();
        await World.Database.Execute(
            """
            begin;
            select take_measure(gen_random_uuid(), @User, 'ban', 'spam', 'x', null, gen_random_uuid(), null);
            rollback
            """,
            new { User = user });

        Assert.Empty(await Store.Page(new AuditFilter(Subject: user.ToString()), 1, null));
        Assert.Empty((await Store.Verify()).Findings);
    }

    [Fact]
    public async Task The_program_that_verifies_names_it_too()
    {
        var number = await Store.Append(new AuditNote(null, "test.note", "x", new { }));
        await Edit(number);

        Assert.Equal([$"INV-32 the audit is broken: entry {number} was edited"], await World.Violations());
        await Restore();
    }

    private protected override Task Edit(long number) =>
        World.Database.Execute(Save + "update audit_entry set subject = 'x y' where number = @Number", new { Number = number });

    private protected override Task EditWithHash(long number) => World.Database.Execute(
        Save + "update audit_entry set subject = 'x y', hash = audit_hash(previous, number, at, actor, action, 'x y', detail) where number = @Number",
        new { Number = number });

    private protected override Task Remove(long number, int count) =>
        World.Database.Execute(Save + "delete from audit_entry where number >= @Number and number < @Number + @Count", new { Number = number, Count = count });

    private protected override Task Restore() => World.Database.Execute(
        "delete from audit_entry; insert into audit_entry select * from saved; drop table saved; alter table audit_entry enable trigger audit_entry_stays");
}
