using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Matchmaker.Features.Admin;
using Matchmaker.Platform.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Support;

/// <summary>
/// The real program on real Kestrel and a free loopback port: WebSockets, limits and time-outs are those of production.
/// Embedded, unless it is given a database. Two of them over one database are two instances.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Factory _factory;

    private TestServer(Factory factory)
    {
        _factory = factory;
        _factory.UseKestrel(0);
        _factory.StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Signed in as nobody.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _factory.Services;

    /// <param name="databaseUrl">As <c>DATABASE_URL</c>, see <see cref="TestDatabase"/>; null: embedded.</param>
    /// <param name="settings">Environment variables and keys of sections (<c>Section:Key</c>).</param>
    /// <param name="services">Last changes to the container, such as a clock.</param>
    public static TestServer Start(
        string? databaseUrl = null, Dictionary<string, string>? settings = null, Action<IServiceCollection>? services = null) =>
        new(new Factory(databaseUrl ?? "", settings ?? [], services ?? (_ => { })));

    /// <summary>A new guest, and a client that is signed in as them.</summary>
    public async Task<Guest> SignUp(string name = "Ada", string gender = "female", params string[] languages)
    {
        using var answer = await Http.PostAsJsonAsync("/api/auth/guest", new { name, gender, adult = true, languages });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var token = body.GetProperty("token").GetString()!;
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var id = body.GetProperty("user").GetProperty("id").GetString()!;
        return new Guest(id, WireId.Parse(id), token, client);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _factory.DisposeAsync();
    }

    private sealed class Factory(string databaseUrl, Dictionary<string, string> settings, Action<IServiceCollection> services)
        : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            // Given first, so that nothing in the environment of the test run gets in.
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseSetting("DATABASE_URL", databaseUrl);
            builder.UseSetting("RATE_LIMITS", "off");
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            // One-time codes go by a clock that tests move, or a test could sign in no more than every half minute.
            builder.ConfigureTestServices(all => all.AddSingleton<FakeTime>().AddSingleton(provider =>
                ActivatorUtilities.CreateInstance<AdminLogins>(provider, provider.GetRequiredService<FakeTime>())));
            builder.ConfigureTestServices(services);
        }
    }
}

/// <summary>Somebody who signed up on a <see cref="TestServer"/>.</summary>
internal sealed record Guest(string WireId, Guid Id, string Token, HttpClient Http);
