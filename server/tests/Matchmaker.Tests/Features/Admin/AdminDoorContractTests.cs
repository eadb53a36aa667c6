using System.Net;
using System.Text.Json;
using Matchmaker.Features.Admin;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Admin;

/// <summary>Getting in at the console and out of it, on the whole program.</summary>
public abstract class AdminDoorContractTests(ConsoleServer console)
{
    private static readonly (string, string)[] _elsewhere = [("X-Real-IP", "203.0.113.7")];

    private TestServer Server => console.Server;

    [Fact]
    public async Task Who_signs_in_is_told_who_they_are_and_what_they_may()
    {
        using var ada = await TestConsole.Create(Server, AdminRole.Moderator);

        var (status, me) = await ada.SignIn();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["adminId", "email", "name", "role", "sessionId", "expiresAt", "idleSeconds", "maxBanSeconds", "mayBanForGood"],
            me.EnumerateObject().Select(p => p.Name));
        Assert.Equal(ada.Account.Email, me.GetProperty("email").GetString());
        Assert.Equal("moderator", me.GetProperty("role").GetString());
        Assert.Equal(3600, me.GetProperty("idleSeconds").GetInt32());
        Assert.Equal(7 * 86400, me.GetProperty("maxBanSeconds").GetInt32());
        Assert.False(me.GetProperty("mayBanForGood").GetBoolean());
        Assert.InRange((me.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalHours, 11.9, 12.1);
        Assert.Equal(me.ToString(), (await ada.Ok(HttpMethod.Get, "/api/admin/me")).ToString());
    }

    [Theory]
    [InlineData("http", "admin_session=", "")]
    [InlineData("https", "__Host-admin_session=", "secure; ")]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_of_other_sites(string scheme, string name, string secure)
    {
        using var ada = await TestConsole.Create(Server, AdminRole.Viewer);
        var origin = scheme + "://" + Server.Address.Authority;

        var (status, _, answer) = await ada.Send(
            HttpMethod.Post, "/api/admin/login", new { ada.Account.Email, ada.Password, Code = ada.NewCode() },
            ("X-Real-IP", "127.0.0.1"), ("X-Forwarded-Proto", scheme), ("Origin", origin));

        Assert.Equal(HttpStatusCode.OK, status);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Matches($"^{name}[A-Za-z0-9_-]{{43}}; path=/; {secure}samesite=strict; httponly$", cookie);
    }

    [Fact]
    public async Task The_page_is_found_without_its_slash_whatever_scheme_we_see()
    {
        using var nobody = await TestConsole.Create(Server, AdminRole.Viewer);

        var (status, _, answer) = await nobody.Send(HttpMethod.Get, "/admin?x=1");

        Assert.Equal((HttpStatusCode.Redirect, "/admin/?x=1"), (status, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Nothing_tells_what_was_wrong()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        var answers = new List<string>();
        foreach (var (email, password, code) in new[]
        {
            ("nobody@example.org", ada.Password, "123456"),
            (ada.Account.Email, "wrong", ada.NewCode()),
            (ada.Account.Email, ada.Password, "000000"),
            (ada.Account.Email, ada.Password, ""),
        })
        {
            var (status, body, answer) = await ada.Send(HttpMethod.Post, "/api/admin/login", new { email, password, code }, _elsewhere);
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            answers.Add(body.ToString());
        }

        var only = Assert.Single(answers.Distinct());
        Assert.Contains("wrong_credentials", only, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_lets_in_once()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);

        Assert.Equal(HttpStatusCode.Unauthorized, (await ada.SignIn(code: ada.UsedCode())).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.SignIn()).Status);
    }

    [Fact]
    public async Task Whoever_guesses_waits_alone()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await ada.SignIn("wrong", "000000", _elsewhere)).Status);
        }

        var (status, body, answer) = await ada.Send(
            HttpMethod.Post, "/api/admin/login", new { ada.Account.Email, ada.Password, Code = "000000" }, _elsewhere);
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("rate_limited", body.GetProperty("code").GetString());
        Assert.InRange(body.GetProperty("retryAfterSeconds").GetInt32(), 890, 900);
        Assert.Equal(TimeSpan.FromSeconds(body.GetProperty("retryAfterSeconds").GetInt32()), answer.Headers.RetryAfter!.Delta);

        // The same account from another network, also a new one, and another account from there.
        Assert.Equal(HttpStatusCode.OK, (await ada.SignIn(headers: ("X-Real-IP", "198.51.100.1"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.SignIn()).Status);
        using var bob = await TestConsole.Create(Server, AdminRole.Viewer);
        Assert.Equal(HttpStatusCode.OK, (await bob.SignIn(headers: _elsewhere)).Status);
    }

    [Fact]
    public async Task Nobody_in_the_same_house_locks_out_who_has_signed_in_there()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        for (var i = 0; i < 3; i++)
        {
            await ada.SignIn("wrong", "000000");
        }

        var (status, body) = await ada.SignIn(code: "000000");

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.InRange(body.GetProperty("retryAfterSeconds").GetInt32(), 20, 30);
    }

    [Theory]
    [InlineData("Origin", "-")]
    [InlineData("Origin", "")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "https://app.example")] // our users' pages are not ours
    [InlineData("Content-Type", "-")]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("Content-Type", "application/x-www-form-urlencoded")]
    public async Task What_changes_something_comes_from_our_own_page(string header, string value)
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Admin);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/admin/login"), (HttpMethod.Post, "/api/admin/logout"), (HttpMethod.Post, "/api/admin/accounts"),
            (HttpMethod.Patch, $"/api/admin/accounts/{new string('A', 22)}"), (HttpMethod.Delete, $"/api/admin/sessions/{new string('A', 22)}"),
        })
        {
            await ada.No("forbidden", method, path, body: null, (header, value));
        }

        await ada.Ok(HttpMethod.Get, "/api/admin/me"); // nothing has happened
        Assert.Equal(HttpStatusCode.OK, (await ada.Send(HttpMethod.Get, "/api/admin/me", body: null, ("Origin", "-"))).Status);
    }

    [Fact]
    public async Task The_cookie_opens_no_door_of_users_and_a_users_token_none_of_the_console()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Admin);
        var guest = await Server.SignUp();

        await ada.No("session_ended", HttpMethod.Get, "/api/me");
        await ada.No("admin_session_ended", HttpMethod.Get, "/api/admin/me", null, ("Cookie", "-"), ("Authorization", $"Bearer {guest.Token}"));
        await ada.No("admin_session_ended", HttpMethod.Get, "/api/admin/me", null, ("Cookie", $"admin_session={guest.Token}"));
        await ada.No("session_ended", HttpMethod.Get, "/api/me", null, ("Authorization", $"Bearer {ada.Cookie!.Split('=')[1]}"));
        await ada.No("forbidden", HttpMethod.Get, "/api/operator/admins");
    }

    [Fact]
    public async Task After_signing_out_the_cookie_is_worth_nothing()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);

        var (status, _, answer) = await ada.Send(HttpMethod.Post, "/api/admin/logout");

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal("admin_session=; max-age=0; path=/; samesite=strict; httponly", Assert.Single(answer.Headers.GetValues("Set-Cookie")));
        await ada.No("admin_session_ended", HttpMethod.Get, "/api/admin/me");
    }

    [Fact]
    public async Task Sessions_are_seen_and_ended_one_by_one()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        var first = ada.Cookie!;
        await ada.SignIn(headers: [.. _elsewhere, ("User-Agent", "Firefox 1")]);

        var sessions = (await ada.Ok(HttpMethod.Get, "/api/admin/sessions")).GetProperty("sessions").EnumerateArray().ToList();

        Assert.Equal([true, false], sessions.Select(s => s.GetProperty("current").GetBoolean()));
        Assert.Equal([false, true], sessions.Select(s => s.GetProperty("sameNetwork").GetBoolean()));
        Assert.StartsWith("Firefox 1", sessions[0].GetProperty("browser").GetString(), StringComparison.Ordinal);
        await ada.Ok(HttpMethod.Delete, $"/api/admin/sessions/{sessions[1].GetProperty("sessionId").GetString()}");
        await ada.No("admin_session_ended", HttpMethod.Get, "/api/admin/me", null, ("Cookie", first));
        await ada.Ok(HttpMethod.Get, "/api/admin/me");
    }

    [Fact]
    public async Task A_password_is_changed_with_the_old_one_and_a_new_code()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        var (chosen, used) = ("correct horse battery", ada.UsedCode());

        await ada.No("invalid_argument", HttpMethod.Post, "/api/admin/password", new { Current = ada.Password, New = "short", Code = "000000" });
        await ada.No("wrong_credentials", HttpMethod.Post, "/api/admin/password", new { Current = "wrong", New = chosen, Code = "000000" });
        await ada.No("wrong_credentials", HttpMethod.Post, "/api/admin/password", new { Current = ada.Password, New = chosen, Code = used });
        await ada.Ok(HttpMethod.Post, "/api/admin/password", new { Current = ada.Password, New = chosen, Code = ada.NewCode() });
        await ada.Ok(HttpMethod.Get, "/api/admin/me");
        ada.Password = chosen;
        Assert.Equal(HttpStatusCode.OK, (await ada.SignIn()).Status);
    }

    [Fact]
    public async Task An_admin_makes_accounts_and_each_gets_in_with_the_secrets_shown_once()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Admin);
        var email = $"Bob.{Guid.NewGuid():N}@Example.org";

        var made = await ada.Ok(HttpMethod.Post, "/api/admin/accounts", new { email, role = "senior" });
        await ada.No("email_taken", HttpMethod.Post, "/api/admin/accounts", new { email = email.ToUpperInvariant(), role = "viewer" });
        await ada.No("invalid_argument", HttpMethod.Post, "/api/admin/accounts", new { email = "nobody", role = "viewer" });
        await ada.No("invalid_argument", HttpMethod.Post, "/api/admin/accounts", new { email = "x@example.org" });

        Assert.Equal(email.ToLowerInvariant(), made.GetProperty("account").GetProperty("email").GetString());
        using var bob = TestConsole.Of(Server, made.Deserialize<AdminSecret>(Matchmaker.Platform.Http.WireJson.Options)!);
        Assert.Equal("senior", (await bob.SignIn()).Body.GetProperty("role").GetString());
        var listed = (await ada.Ok(HttpMethod.Get, "/api/admin/accounts")).GetProperty("accounts").EnumerateArray()
            .Single(a => a.GetProperty("email").GetString() == bob.Account.Email);
        Assert.True(listed.TryGetProperty("signedInAt", out _));
        Assert.False(listed.TryGetProperty("password", out _));
        await bob.No("forbidden", HttpMethod.Get, "/api/admin/accounts");
    }

    [Fact]
    public async Task Who_is_disabled_or_reset_is_out_at_once()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Admin);
        using var bob = await TestConsole.SignedIn(Server, AdminRole.Viewer);
        var path = $"/api/admin/accounts/{Matchmaker.Platform.Http.WireId.Format(bob.Account.AdminId)}";

        var disabled = await ada.Ok(HttpMethod.Patch, path, new { disabled = true });
        Assert.True(disabled.GetProperty("account").TryGetProperty("disabledAt", out _));
        Assert.False(disabled.TryGetProperty("password", out _));
        await bob.No("admin_session_ended", HttpMethod.Get, "/api/admin/me");
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.SignIn()).Status);

        var reset = await ada.Ok(HttpMethod.Patch, path, new { disabled = false, reset = true });
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.SignIn()).Status);
        using var again = TestConsole.Of(Server, reset.Deserialize<AdminSecret>(Matchmaker.Platform.Http.WireJson.Options)!);
        Assert.Equal(HttpStatusCode.OK, (await again.SignIn()).Status);
        await ada.No("not_found", HttpMethod.Patch, $"/api/admin/accounts/{new string('A', 22)}", new { disabled = true });
    }

    [Fact]
    public async Task Nobody_disables_or_demotes_themselves()
    {
        using var ada = await TestConsole.SignedIn(Server, AdminRole.Admin);
        var path = $"/api/admin/accounts/{Matchmaker.Platform.Http.WireId.Format(ada.Account.AdminId)}";

        await ada.No("self", HttpMethod.Patch, path, new { disabled = true });
        await ada.No("self", HttpMethod.Patch, path, new { role = "viewer" });
        Assert.Equal("Ada", (await ada.Ok(HttpMethod.Patch, path, new { name = "Ada" })).GetProperty("account").GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_command_makes_changes_and_lists_accounts_through_the_operators_route()
    {
        var email = $"{Guid.NewGuid():N}@example.org";

        var (code, said) = await Run("s3cret", "create", email, "--role", "senior", "--name", "Grace");
        Assert.Equal(0, code);
        Assert.Matches($@"^{email} \(Grace\): senior\nPassword: [a-z0-9-]{{24}}\nAuthenticator: otpauth://totp/Matchmaker:\S+\n", said);
        Assert.Equal(1, (await Run("s3cret", "create", email)).Code);

        Assert.Contains($"{email} (Grace): viewer", (await Run("s3cret", "role", email, "viewer")).Said, StringComparison.Ordinal);
        Assert.Contains("viewer, disabled", (await Run("s3cret", "disable", email)).Said, StringComparison.Ordinal);
        Assert.Contains($"{email} (Grace): viewer, disabled", (await Run("s3cret", "list")).Said, StringComparison.Ordinal);
        Assert.DoesNotContain("disabled", (await Run("s3cret", "enable", email)).Said, StringComparison.Ordinal);
        Assert.Contains("Password: ", (await Run("s3cret", "reset", email)).Said, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("s3cret", "reset", "nobody@example.org")).Code);
        (code, said) = await Run("wrong", "list");
        Assert.Equal(1, code);
        Assert.Contains("refused (403)", said, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Said)> Run(string token, params string[] args)
    {
        using var http = Matchmaker.Platform.Memory.MemoryClient.Connect(Server.Address.ToString(), token);
        await using var output = new StringWriter { NewLine = "\n" };
        var code = await new AdminCommand(new AdminClient(http), output, output).Run(AdminCommand.Parse(args)!);
        return (code, output.ToString());
    }
}

public sealed class EmbeddedAdminDoorTests(EmbeddedConsoleServer console) : AdminDoorContractTests(console), IClassFixture<EmbeddedConsoleServer>;

[Trait("Category", "Postgres")]
public sealed class PostgresAdminDoorTests(PostgresConsoleServer console) : AdminDoorContractTests(console), IClassFixture<PostgresConsoleServer>;

/// <summary>A server whose accounts at the console take little time to hash and few attempts to lock out.</summary>
public abstract class ConsoleServer : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server ?? throw new InvalidOperationException("Not initialised.");

    public virtual ValueTask InitializeAsync()
    {
        Start(databaseUrl: null);
        return default;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected void Start(string? databaseUrl) => _server = TestServer.Start(databaseUrl, new()
    {
        ["CLIENT_IP_HEADER"] = "X-Real-IP",
        ["ALLOWED_ORIGINS"] = "https://app.example",
        ["OPERATOR_TOKEN"] = "s3cret",
        ["Admin:PasswordIterations"] = "10000",
        ["Admin:FreeAttempts"] = "3",
    });
}

public sealed class EmbeddedConsoleServer : ConsoleServer;

public sealed class PostgresConsoleServer : ConsoleServer
{
    private readonly TestDatabase _database = new();

    public override async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        Start(_database.Url);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }
}
