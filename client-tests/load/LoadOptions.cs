using System.Globalization;
using Matchmaker.Load.Scenarios;

namespace Matchmaker.Load;

/// <summary>What a run is asked to do; every number is bounded, so that no run can go on for ever.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
          --url URL[,URL]      server, or several instances taken in turn (http://127.0.0.1:8080)
          --users N            people, an even number from 2 to 50000 (1000)
          --seconds N          the whole run is cut off after this, 1..7200 (60)
          --parallel N         sign-ins, connects or pairs in flight, 1..4096 (64)
          --seed N             which names, genders and order (1)
          --server-pid N[,N]   read CPU time and RSS of these processes
          --redis-pid N        across: read CPU time of Redis too
          --deflate            offer permessage-deflate, as browsers do
          --hold N             storm: seconds all connections must then stay up; mix, outage, pressure, soak, cluster:
                               seconds the crowd wanders; lobby: seconds people come and go, 0..3600 (10)
          --rate N             queue: joins a second; call: signals a second, over all users (0: no pause);
                               pressure: people that arrive a second; lobby: people that come or go a second
          --signals N          call, across: signals each way and pair, 1..100000 (100)
          --window N           call with --rate 0: signals in flight each way, 1..1000 (2)
          --offer-every N      call: every Nth signal is a 3 KB offer, 0 for none (10)
          --chats N            call: chat messages each way and pair, 0..8 (3)
          --calls N            backlog: calls to make, 1..1000000 (50000)
          --places N           limits: connections that the servers may have together, 1..50000 (1200)
          --tabs N             tabs: of each user, 3..1000 (200)
          --arrivals N         pressure: people that arrive at most, 0..20000 (5000)
          --ledger PATH        backlog: write what was told to PATH; pressure: and check it in the end
          --away N             outage, cluster: seconds the database or Redis is away, 1..600 (60)
          --control COMMAND    outage: what is run with stop, start or crash, and does that to the database; cluster: with
                               kill 2, thaw 1, redis-start … (infra/lib/cluster)
          --instances URL,URL  cluster: the instances behind --url
          --pid-files PATH,PATH  cluster: where the number of each one's process stands
          --trouble NAME,NAME  cluster: what happens to them, one after the other: rolling, kill, kill-leader, freeze,
                               freeze-leader, redis-kill, redis-silent, or all
          --out PATH           mix, outage, pressure, soak: write memory over time to PATH.csv and PATH.svg
        """;

    public Uri[] Servers { get; init; } = [new("http://127.0.0.1:8080")];

    public int Users { get; init; } = 1000;

    public int Seconds { get; init; } = 60;

    public int Parallel { get; init; } = 64;

    public int Seed { get; init; } = 1;

    public int[] ServerPids { get; init; } = [];

    public int[] RedisPids { get; init; } = [];

    public Uri[] Instances { get; init; } = [];

    public string[] PidFiles { get; init; } = [];

    public string[] Troubles { get; init; } = [];

    public bool Deflate { get; init; }

    public int HoldSeconds { get; init; } = 10;

    public int Rate { get; init; }

    public int Signals { get; init; } = 100;

    public int Window { get; init; } = 2;

    public int OfferEvery { get; init; } = 10;

    /// <summary>At most 8: the rules allow ten at once, and then two a second.</summary>
    public int Chats { get; init; } = 3;

    public int Calls { get; init; } = 50_000;

    public int Places { get; init; } = 1200;

    public int Tabs { get; init; } = 200;

    public int Arrivals { get; init; } = 5000;

    public string? Ledger { get; init; }

    public int AwaySeconds { get; init; } = 60;

    public string? Control { get; init; }

    public string? Out { get; init; }

    public static LoadOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new LoadOptions();
        for (var at = 0; at < args.Length; at++)
        {
            var name = args[at];
            if (name == "--deflate")
            {
                options = options with { Deflate = true };
                continue;
            }

            if (++at == args.Length)
            {
                throw new ArgumentException($"{name}: a value is missing");
            }

            var value = args[at];
            options = name switch
            {
                "--url" => options with { Servers = [.. value.Split(',').Select(Server)] },
                "--users" => options with { Users = Number(name, value, 2, 50_000) },
                "--seconds" => options with { Seconds = Number(name, value, 1, 7200) },
                "--parallel" => options with { Parallel = Number(name, value, 1, 4096) },
                "--seed" => options with { Seed = Number(name, value, 0, int.MaxValue) },
                "--server-pid" => options with { ServerPids = [.. value.Split(',').Select(Pid)] },
                "--redis-pid" => options with { RedisPids = [Pid(value)] },
                "--instances" => options with { Instances = [.. value.Split(',').Select(Server)] },
                "--pid-files" => options with { PidFiles = value.Split(',') },
                "--trouble" => options with { Troubles = Trouble(value) },
                "--hold" => options with { HoldSeconds = Number(name, value, 0, 3600) },
                "--rate" => options with { Rate = Number(name, value, 0, 1_000_000) },
                "--signals" => options with { Signals = Number(name, value, 1, 100_000) },
                "--window" => options with { Window = Number(name, value, 1, 1000) },
                "--offer-every" => options with { OfferEvery = Number(name, value, 0, 100_000) },
                "--calls" => options with { Calls = Number(name, value, 1, 1_000_000) },
                "--places" => options with { Places = Number(name, value, 1, 50_000) },
                "--tabs" => options with { Tabs = Number(name, value, 3, 1000) },
                "--arrivals" => options with { Arrivals = Number(name, value, 0, 20_000) },
                "--ledger" => options with { Ledger = value },
                "--away" => options with { AwaySeconds = Number(name, value, 1, 600) },
                "--control" => options with { Control = value },
                "--out" => options with { Out = value },
                "--chats" => options with { Chats = Number(name, value, 0, 8) },
                _ => throw new ArgumentException($"{name}: no such option"),
            };
        }

        return options.Users % 2 == 0
            ? options
            : throw new ArgumentException("--users: people meet in pairs, so the number must be even");
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{name}: '{value}' is not a number from {least} to {most}");

    private static int Pid(string value) => Number("--server-pid", value, 1, int.MaxValue);

    private static string[] Trouble(string value)
    {
        var names = value == "all" ? ClusterTroubles.Names : value.Split(',');
        return names.FirstOrDefault(name => !ClusterTroubles.Names.Contains(name)) is { } unknown
            ? throw new ArgumentException($"--trouble: '{unknown}' is none of {string.Join(", ", ClusterTroubles.Names)}, all")
            : names;
    }

    private static Uri Server(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
            ? uri
            : throw new ArgumentException($"--url: '{value}' is not an http:// address");
}
