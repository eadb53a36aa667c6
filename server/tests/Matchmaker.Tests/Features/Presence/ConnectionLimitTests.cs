using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Dapper;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>The limits on connections through real sockets: who gets in, and that every place comes back however they go.</summary>
public sealed class ConnectionLimitTests
{
    private const int Limit = 12;

    [Fact]
    public async Task Of_many_at_once_as_many_as_there_are_places_are_served_and_the_others_hear_why_at_the_hub_ticket()
    {
        await using var server = Start();
        var people = await SignUp(server, Limit * 2);

        var outcomes = await Task.WhenAll(people.Select(p => Connect(p, NewTab())));

        Assert.Equal(Limit, outcomes.Count(o => o.Socket is not null));
        Assert.All(outcomes.Where(o => o.Socket is null), o => Assert.Equal("server_full", o.Code));
        Assert.Equal((Limit, 0), Counted(server));
        foreach (var socket in outcomes.Select(o => o.Socket).OfType<WebSocket>())
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        await Empty(server);
    }

    [Fact]
    public async Task Wherever_somebody_breaks_off_their_place_comes_back()
    {
        await using var server = Start();
        var person = (await SignUp(server, 1))[0];
        Func<string, Task>[] stages =
        [
            _ => Task.CompletedTask, // never comes
            ticket => Cut(server, $"GET /hub?access_token={ticket} HTTP/1.1\r\n"), // in the middle of the request
            ticket => Cut(server, Upgrade(ticket)), // before the answer
            ticket => Cut(server, Upgrade(ticket), answers: 1), // upgraded, without a handshake
            ticket => Cut(server, Upgrade(ticket), answers: 1, frame: [0x81, 0x80, 0, 0]), // in the middle of a frame
            ticket => Cut(server, Upgrade(ticket), answers: 2, frame: HandshakeFrame), // shaken hands
            ticket => Cut(server, Upgrade(ticket).Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal), answers: 1), // no WebSocket
            ticket => Silent(server, ticket), // closed by the server
        ];
        foreach (var stage in stages)
        {
            for (var i = 0; i < 3; i++)
            {
                await stage((await Ticket(person, NewTab())).Ticket!);
            }
        }

        await Empty(server);
        var people = await SignUp(server, Limit);
        Assert.All(await Task.WhenAll(people.Select(p => Connect(p, NewTab()))), o => Assert.NotNull(o.Socket));
        Assert.Equal("server_full", (await Ticket(person, NewTab())).Code);
    }

    [Fact]
    public async Task A_tab_comes_back_at_the_limit_also_with_a_ticket_that_no_place_was_kept_for()
    {
        await using var server = Start();
        var people = await SignUp(server, Limit);
        var tabs = people.Select(_ => NewTab()).ToList();
        var first = await Task.WhenAll(people.Zip(tabs, Connect));
        Assert.All(first, o => Assert.NotNull(o.Socket));

        var again = await Task.WhenAll(people.Zip(tabs, Connect));

        Assert.All(again, o => Assert.NotNull(o.Socket));
        await Eventually.Holds(() => Counted(server) == (Limit, 0));
        await Task.WhenAll(first.Select(o => Ended(o.Socket!)));

        var superseded = (await Ticket(people[0], tabs[0])).Ticket!;
        await Ticket(people[0], tabs[0]);
        Assert.NotNull(await Open(people[0], superseded));
    }

    internal static string NewTab() => Guid.NewGuid().ToString("N");

    internal static async Task<List<Guest>> SignUp(TestServer server, int count) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => server.SignUp()))];

    /// <summary>Ticket and upgrade; the socket, or the code that was heard at the ticket or the status of the upgrade.</summary>
    internal static async Task<(WebSocket? Socket, string? Code)> Connect(Guest person, string tab)
    {
        var (ticket, code) = await Ticket(person, tab);
        if (ticket is null)
        {
            return (null, code);
        }

        return await Open(person, ticket) is { } socket ? (socket, null) : (null, "upgrade");
    }

    internal static async Task<WebSocket?> Open(Guest person, string ticket)
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new UriBuilder(person.Http.BaseAddress!) { Scheme = "ws", Path = "/hub", Query = $"access_token={ticket}" }.Uri, default);
            // Or a machine that is slow would see it closed before the test is done with it.
            await socket.SendAsync(_handshake, WebSocketMessageType.Text, true, default);
            return socket;
        }
        catch (WebSocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    internal static async Task<(string? Ticket, string? Code)> Ticket(Guest person, string tab)
    {
        using var answer = await person.Http.PostAsJsonAsync("/api/auth/ticket", new { tab });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.IsSuccessStatusCode)
        {
            return (body.GetProperty("ticket").GetString(), null);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        return (null, body.GetProperty("code").GetString());
    }

    /// <summary>Open connections and kept places.</summary>
    internal static (int Open, int Expected) Counted(TestServer server)
    {
        var connections = server.Services.GetRequiredService<ConnectionManager>();
        return (connections.Count, connections.Expected);
    }

    internal static Task Empty(TestServer server) => Eventually.Holds(() => Counted(server) == (0, 0), "Places are still taken.");

    private static readonly byte[] _handshake = "{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray();

    private static byte[] HandshakeFrame => [0x81, (byte)(0x80 | _handshake.Length), 0, 0, 0, 0, .. _handshake]; // masked with nothing

    // Hub tickets run out and silent sockets are closed as soon as the settings allow.
    private static TestServer Start() => TestServer.Start(settings: new()
    {
        ["MAX_CONNECTIONS"] = $"{Limit}",
        ["Presence:HubTicketLifetime"] = "00:00:05",
        ["Realtime:HandshakeTimeout"] = "00:00:01",
    });

    private static string Upgrade(string ticket) =>
        $"GET /hub?access_token={ticket} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// <summary>Sends that much, reads as many answers, sends a frame in between, and vanishes without a word.</summary>
    private static async Task Cut(TestServer server, string request, int answers = 0, byte[]? frame = null)
    {
        using var client = new TcpClient { LingerState = new LingerOption(true, 0) };
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        for (var i = 0; i < answers; i++)
        {
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[4096]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
            await client.GetStream().WriteAsync(i == 0 ? frame ?? [] : []);
        }
    }

    private static async Task Silent(TestServer server, string ticket)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Upgrade(ticket)));
        try
        {
            while (await client.GetStream().ReadAsync(new byte[4096]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) > 0)
            {
                // Until the server closes.
            }
        }
        catch (IOException)
        {
            // It did so without a word.
        }
    }

    private static async Task Ended(WebSocket socket)
    {
        try
        {
            while (!(await socket.ReceiveAsync(Memory<byte>.Empty, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Equals(default))
            {
                if (socket.State != WebSocketState.Open)
                {
                    return;
                }

                await socket.ReceiveAsync(new byte[4096], default);
            }
        }
        catch (WebSocketException)
        {
            // Cut by the server.
        }
    }
}

/// <summary>One limit for two instances on one database.</summary>
[Trait("Category", "Postgres")]
public sealed class ClusterLimitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Limit = 10;

    [Fact]
    public async Task Where_all_are_counted_nobody_new_gets_in_while_they_cannot_be()
    {
        await using var world = await World.Postgres(database, services =>
        {
            services.Configure<PresenceOptions>(o => o.MaxConnectionsCluster = 1000);
            services.Configure<PostgresOptions>(o => (o.PoolSize, o.ConnectTimeout) = (2, TimeSpan.FromSeconds(1)));
        });
        var people = await world.Enter(7);
        foreach (var person in people)
        {
            await world.Presence.Close(person.Connection);
        }

        await using var connection = await database.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('open_slot', 0))", transaction: transaction);
        Connection Back(Person person) => World.NewConnection(person.Id, session: person.Connection.SessionId);

        var refused = Task.WhenAll(people.Skip(1).Select(person => world.Presence.Open(Back(person))));
        Assert.Null(await world.Presence.Open(Back(people[0]), isKept: true));
        Assert.All(await refused, no => Assert.Equal("unavailable", no?.Code));

        await transaction.CommitAsync();
        foreach (var person in people)
        {
            Assert.Null(await world.Presence.Open(Back(person)));
        }
    }

    [Fact]
    public async Task Two_instances_together_serve_as_many_as_all_may_have_and_a_tab_of_one_comes_back_through_the_other()
    {
        Dictionary<string, string> settings = new() { ["MAX_CONNECTIONS_CLUSTER"] = $"{Limit}" };
        await using var one = TestServer.Start(database.Url, settings);
        await using var two = TestServer.Start(database.Url, settings);
        List<Guest> people = [.. await ConnectionLimitTests.SignUp(one, Limit), .. await ConnectionLimitTests.SignUp(two, Limit)];
        var tabs = people.Select(_ => ConnectionLimitTests.NewTab()).ToList();

        var outcomes = await Task.WhenAll(people.Zip(tabs, ConnectionLimitTests.Connect));

        Assert.Equal(Limit, outcomes.Count(o => o.Socket is not null));
        Assert.All(outcomes.Where(o => o.Socket is null), o => Assert.True(o.Code is "server_full" or "upgrade", o.Code));
        var (served, refused) = (outcomes.ToList().FindIndex(o => o.Socket is not null), outcomes.ToList().FindIndex(o => o.Socket is null));
        Assert.Equal("server_full", (await ConnectionLimitTests.Ticket(people[refused], tabs[refused])).Code);
        Assert.NotNull((await ConnectionLimitTests.Connect(Through(people[served], served < Limit ? two : one), tabs[served])).Socket);

        await outcomes[served].Socket!.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        foreach (var socket in outcomes.Select(o => o.Socket).OfType<WebSocket>())
        {
            socket.Abort();
        }

        await Eventually.Holds(async () => (await ConnectionLimitTests.Connect(people[refused], tabs[refused])).Socket is not null);
    }

    private static Guest Through(Guest person, TestServer server)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = person.Http.DefaultRequestHeaders.Authorization;
        return person with { Http = client };
    }
}
