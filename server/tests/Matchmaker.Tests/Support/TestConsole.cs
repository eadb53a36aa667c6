using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Matchmaker.Features.Admin;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;

namespace Matchmaker.Tests.Support;

/// <summary>An admin of a <see cref="TestServer"/> at the console, as a browser with a cookie and a page of ours.</summary>
internal sealed class TestConsole : IDisposable
{
    private readonly HttpClient _http;
    private readonly Totp _codes;
    private readonly string _origin;
    private readonly FakeTime _time;
    private DateTime _used;

    private TestConsole(TestServer server, AdminSecret secret)
    {
        Account = secret.Account;
        Password = secret.Password!;
        _origin = server.Address.GetLeftPart(UriPartial.Authority);
        _codes = new Totp(Base32Encoding.ToBytes(System.Web.HttpUtility.ParseQueryString(new Uri(secret.Otpauth!).Query)["secret"]));
        _time = server.Services.GetRequiredService<FakeTime>();
        _http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server.Address };
    }

    public AdminAccountView Account { get; }

    public string Password { get; set; }

    public string? Cookie { get; private set; }

    /// <summary>A new account that has not signed in.</summary>
    public static async Task<TestConsole> Create(TestServer server, AdminRole role)
    {
        var created = await server.Services.GetRequiredService<AdminAccounts>().Create($"{Guid.NewGuid():N}@example.org", role.ToString(), role, actor: null);
        return new TestConsole(server, created.Value!);
    }

    /// <summary>The same with the secrets that somebody was told.</summary>
    public static TestConsole Of(TestServer server, AdminSecret secret) => new(server, secret);

    /// <summary>A new account that is signed in.</summary>
    public static async Task<TestConsole> SignedIn(TestServer server, AdminRole role)
    {
        var console = await Create(server, role);
        var (status, _) = await console.SignIn();
        Assert.Equal(HttpStatusCode.OK, status);
        return console;
    }

    /// <summary>A code that was not used yet: half a minute goes by for it.</summary>
    public string NewCode()
    {
        _time.Advance(TimeSpan.FromSeconds(30));
        _used = _time.GetUtcNow().UtcDateTime;
        return _codes.ComputeTotp(_used);
    }

    /// <summary>The code that was used last.</summary>
    public string UsedCode() => _codes.ComputeTotp(_used);

    public async Task<(HttpStatusCode Status, JsonElement Body)> SignIn(
        string? password = null, string? code = null, params (string Name, string Value)[] headers)
    {
        var (status, body, answer) = await Send(
            HttpMethod.Post, "/api/admin/login", new { Account.Email, Password = password ?? Password, Code = code ?? NewCode() }, headers);
        if (status == HttpStatusCode.OK)
        {
            Cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        }

        return (status, body);
    }

    /// <summary>With the cookie, an Origin of ours and the type of JSON, unless a header says otherwise ("-": none).</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Answer)> Send(
        HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get)
        {
            request.Content = new StringContent(
                body is null ? "" : JsonSerializer.Serialize(body, Matchmaker.Platform.Http.WireJson.Options), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in new[] { ("Origin", _origin), ("Cookie", Cookie ?? "-") }.Where(h => headers.All(o => o.Name != h.Item1)).Concat(headers))
        {
            if (name == "Content-Type")
            {
                request.Content!.Headers.Remove(name);
                _ = value == "-" || request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else if (value != "-")
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var answer = await _http.SendAsync(request);
        var isJson = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true;
        return (answer.StatusCode, isJson ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default, answer);
    }

    /// <summary>The body of a request that must succeed.</summary>
    public async Task<JsonElement> Ok(HttpMethod method, string path, object? body = null)
    {
        var (status, answer, _) = await Send(method, path, body);
        Assert.True((int)status is >= 200 and < 300, $"{method} {path}: {(int)status} {answer}");
        return answer;
    }

    /// <summary>A request that must be refused, with its code.</summary>
    public async Task No(string code, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var (status, answer, _) = await Send(method, path, body, headers);
        Assert.True((int)status >= 400 && answer.GetProperty("code").GetString() == code, $"{method} {path}: {(int)status} {answer}");
    }

    public void Dispose() => _http.Dispose();
}
