using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using AccountsUseCase = Matchmaker.Features.Accounts.Accounts;
using CallsUseCase = Matchmaker.Features.Calls.Calls;
using PresenceUseCase = Matchmaker.Features.Presence.Presence;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>The routes of reports and privacy on the whole program.</summary>
public abstract class ReportRoutesContractTests : IAsyncDisposable
{
    private TestServer? _server;

    private protected abstract string? DatabaseUrl { get; }

    private TestServer Server => _server ??= TestServer.Start(DatabaseUrl, new() { ["Calls:HistoryFromSeconds"] = "0" });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_report_is_answered_once_it_is_stored_and_the_history_shows_it()
    {
        var (ann, bob) = (await Server.SignUp("Ann"), await Server.SignUp("Bob", "male"));
        var call = await Call(ann, bob);
        var body = $$"""{ "callId": "{{call}}", "reason": "minor_safety", "note": "He says\r\nhe is 15." }""";

        using var filed = await ann.Http.PostAsync("/api/reports", Json(body));
        using var again = await ann.Http.PostAsync("/api/reports", Json(body));

        Assert.Equal(HttpStatusCode.Created, filed.StatusCode);
        var answer = await filed.Content.ReadAsStringAsync();
        Assert.Equal(["reportId"], JsonDocument.Parse(answer).RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal((HttpStatusCode.Created, answer), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        await Eventually.Holds(async () =>
            (await ann.Http.GetFromJsonAsync<JsonElement>("/api/history")).GetProperty("calls").GetArrayLength() == 1, "the call did not end");
        Assert.True((await ann.Http.GetFromJsonAsync<JsonElement>("/api/history")).GetProperty("calls")[0].GetProperty("reported").GetBoolean());
        Assert.True((await ann.Http.GetFromJsonAsync<JsonElement>($"/api/history/{call}")).GetProperty("reported").GetBoolean());
        Assert.False((await bob.Http.GetFromJsonAsync<JsonElement>($"/api/history/{call}")).GetProperty("reported").GetBoolean());
        Assert.Equal("blocked", (await bob.Http.GetFromJsonAsync<JsonElement>($"/api/history/{call}")).GetProperty("reason").GetString());
        Assert.Equal(bob.WireId, (await ann.Http.GetFromJsonAsync<JsonElement>("/api/blocks")).GetProperty("people")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_is_no_report_is_refused_with_the_reason()
    {
        var (ann, bob, eve) = (await Server.SignUp("Ann"), await Server.SignUp("Bob", "male"), await Server.SignUp("Eve"));
        var call = await Call(ann, bob);

        foreach (var (user, body, status, code, field) in new[]
        {
            (eve, $$"""{ "callId": "{{call}}", "reason": "spam" }""", HttpStatusCode.NotFound, "not_found", null),
            (ann, """{ "callId": "nonsense", "reason": "spam" }""", HttpStatusCode.NotFound, "not_found", null),
            (ann, """{ "reason": "spam" }""", HttpStatusCode.BadRequest, "invalid_argument", "callId"),
            (ann, $$"""{ "callId": "{{call}}" }""", HttpStatusCode.BadRequest, "invalid_argument", "reason"),
            (ann, $$"""{ "callId": "{{call}}", "reason": "ugly" }""", HttpStatusCode.BadRequest, "invalid_argument", "reason"),
            (ann, $$"""{ "callId": "{{call}}", "reason": "spam", "note": "{{new string('x', 1001)}}" }""", HttpStatusCode.BadRequest, "invalid_argument", "note"),
            (ann, $$"""{ "callId": "{{call}}", "reason": "spam", "note": "{{new string('x', 900_000)}}" }""", HttpStatusCode.BadRequest, "invalid_argument", "note"),
        })
        {
            using var answer = await user.Http.PostAsync("/api/reports", Json(body));
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((status, code), (answer.StatusCode, problem.GetProperty("code").GetString()));
            Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
        }

        using var nobody = await Server.Http.PostAsync("/api/reports", Json("{}"));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.False((await ann.Http.GetFromJsonAsync<JsonElement>("/api/blocks")).GetProperty("people").EnumerateArray().Any());
    }

    [Fact]
    public async Task An_export_is_a_file_of_json()
    {
        var (ann, bob) = (await Server.SignUp("Ann"), await Server.SignUp("Bob", "male"));
        await Call(ann, bob);

        using var answer = await ann.Http.GetAsync("/api/me/export");
        using var forged = await ann.Http.GetAsync("/api/me/export?cursor=nonsense");
        using var nobody = await Server.Http.GetAsync("/api/me/export");

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["exportedAt", "account", "blocked", "measures", "appeals", "reports", "calls"], body.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Ann", body.GetProperty("account").GetProperty("card").GetProperty("name").GetString());
        Assert.Equal("cursor", (await forged.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    /// <summary>A running call of two people who are connected.</summary>
    private async Task<string> Call(Guest a, Guest b)
    {
        var connections = new List<Connection>();
        foreach (var guest in new[] { a, b })
        {
            var login = (await Server.Services.GetRequiredService<AccountsUseCase>().FindSession(guest.Token))!;
            var connection = World.NewConnection(guest.Id, session: login.SessionId);
            Assert.Null(await Server.Services.GetRequiredService<PresenceUseCase>().Open(connection));
            connections.Add(connection);
        }

        var pair = new CallPair(Guid.NewGuid(), a.Id, b.Id, null, null, connections[0].Id, connections[1].Id, 300);
        var started = await Server.Services.GetRequiredService<CallsUseCase>().Start([pair], epoch: null, CallOrigin.Invite);
        Assert.Equal(StartOutcome.Started, started[0].Outcome);
        return WireId.Format(pair.CallId);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}

public sealed class EmbeddedReportRoutesTests : ReportRoutesContractTests
{
    private protected override string? DatabaseUrl => null;
}

[Trait("Category", "Postgres")]
public sealed class PostgresReportRoutesTests(TestDatabase database) : ReportRoutesContractTests, IClassFixture<TestDatabase>
{
    private protected override string? DatabaseUrl => database.Url;
}
