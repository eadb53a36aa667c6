using Dapper;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Matchmaker.Platform.Postgres;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;

namespace Matchmaker.Tests.Invariants;

[Trait("Category", "Postgres")]
public sealed class VerifyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string A = "'00000000-0000-0000-0000-00000000000a'";
    private const string B = "'00000000-0000-0000-0000-00000000000b'";
    private const string C = "'00000000-0000-0000-0000-00000000000c'";
    private const string Call1 = "'00000000-0000-0000-0000-0000000000c1'";
    private const string Call2 = "'00000000-0000-0000-0000-0000000000c2'";

    private const string People = $"""
        insert into app_user (user_id, name, gender, languages, interests) values ({A}, 'A', 0, '{"{}"}', '{"{}"}'), ({B}, 'B', 0, '{"{}"}', '{"{}"}');
        """;

    private const string Open1 = $"""
        insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at) values ({Call1}, {A}, {B}, 300, 'invite', now(), now() + interval '5 min');
        insert into seat (user_id, call_id) values ({A}, {Call1}), ({B}, {Call1});
        """;

    private const string Ended1 = $"""
        insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at, ended_at, reason)
        values ({Call1}, {A}, {B}, 300, 'invite', now() - interval '1 h', now(), now() - interval '59 min', 'hangup');
        """;

    private const string Case = $"""
        insert into review_case (case_id, subject, subject_name, opened_at, updated_at, is_urgent, is_locked, score, reports, reporters, networks)
        values ({Call2}, {B}, 'B', now(), now(), false, false, 1, 1, 1, 1);
        """;

    private const string Report = $"""
        insert into report (report_id, call_id, reporter, reported, case_id, reason, created_at, weight, earlier, reporter_card, reported_card,
            call_started_at, call_seconds, call_origin)
        select {C}, {Call1}, {A}, {B}, {Call2}, 'spam', now(), 1, 0, card({A}), card({B}), now(), 1, 'queue';
        """;

    private const string Instance = """
        insert into instance (instance_id, generation, expires_at) values ('i', 1, now() + interval '1 h');
        """;

    [Fact]
    public async Task A_database_in_which_all_is_well_passes()
    {
        await Seed(People + Open1);

        var (code, said) = await Run();

        Assert.Equal("All 30 invariants hold.", said.TrimEnd());
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("INV-01 a user is in two open calls", Open1 + $"insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at) values ({Call2}, {A}, {C}, 300, 'invite', now(), now());")]
    [InlineData("INV-02 a seat is in somebody else's call", Open1 + $"insert into seat (user_id, call_id) values ({C}, {Call1});")]
    [InlineData("INV-03 a lock on a user was left behind", $"insert into ticket (user_id) values ({A});")]
    [InlineData("INV-04 somebody is queued and in a call", Open1 + $"insert into ticket (user_id, ticket_id, connection_id, wishes, joined_at) values ({A}, {C}, 'x', '{"{}"}', now());")]
    [InlineData("INV-05 a call began although one had blocked the other", Open1 + $"insert into block (blocker, blocked, created_at) values ({B}, {A}, now() - interval '1 h');")]
    [InlineData("INV-09 a call that ended is not in the history of a member exactly once", People + Ended1)]
    [InlineData("INV-09 a history does not say what the call was", People + Ended1 + $"insert into history select u, {Call1}, p, '{"{}"}', now() - interval '1 h', 61, 'hangup', 'invite' from (values ({A}::uuid, {B}::uuid), ({B}, {A})) x(u, p);")]
    [InlineData("INV-16 a case does not weigh what its reports do", People + Case + Report + "update review_case set score = 3;")]
    [InlineData("INV-16 a report is decided otherwise than its case", People + Case + Report + "update report set decided = 'upheld';")]
    [InlineData("INV-16 somebody who has erased the account is named in a report", People + Case + Report + $"delete from app_user where user_id = {B}; update report set reported_card = reporter_card;")]
    [InlineData("INV-10 a seat is in a call that has ended", Ended1 + $"insert into seat (user_id, call_id) values ({A}, {Call1});")]
    [InlineData("INV-10 an open call has not both its seats", $"insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at) values ({Call1}, {A}, {B}, 300, 'invite', now(), now());")]
    [InlineData("INV-11 a connected user counts as lost", Instance + $"insert into presence (user_id, lost_at) values ({A}, now()); insert into connection (connection_id, user_id, tab, instance_id, generation) values ('x', {A}, 't', 'i', 1);")]
    [InlineData("INV-12 a connected user has no presence", Instance + $"insert into connection (connection_id, user_id, tab, instance_id, generation) values ('x', {A}, 't', 'i', 1);")]
    [InlineData("INV-17 somebody who is disabled has a session at the console", $"insert into admin_account (admin_id, email, name, role, password_hash, otp_key, disabled_at) values ({A}, 'a', 'A', 3, '', '', now()); insert into admin_session (token_hash, session_id, admin_id, network_key, browser, expires_at) values ('', {B}, {A}, '', '', now() + interval '1 h');")]
    [InlineData("INV-23 a user has more connections than allowed", Instance + $"insert into presence (user_id) values ({A}); insert into connection (connection_id, user_id, tab, instance_id, generation) values ('x', {A}, 't', 'i', 1), ('y', {A}, 'u', 'i', 1), ('z', {A}, 'v', 'i', 1);")]
    public async Task What_must_never_be_is_found_and_named(string finding, string seed)
    {
        await Seed(seed);

        var (code, said) = await Run();

        Assert.Contains(finding, said, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    private async Task Seed(string sql)
    {
        await using var connection = await database.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "truncate app_user, login_session, instance, presence, connection, block, cooldown, ticket, invite, call, seat, history, chat_message, archived_call, archived_history, report, review_case, admin_account cascade");
        await connection.ExecuteAsync(sql);
    }

    private async Task<(int Code, string Said)> Run()
    {
        await using var services = new ServiceCollection()
            .AddSingleton(database.Database)
            .Configure<PostgresOptions>(o => o.Url = database.Url)
            .Configure<CallOptions>(_ => { })
            .Configure<PresenceOptions>(_ => { })
            .BuildServiceProvider();
        await using var output = new StringWriter();
        return (await Verify.Run(services, output), output.ToString());
    }
}
