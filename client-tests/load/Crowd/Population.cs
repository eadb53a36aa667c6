using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>All users of a run: signs them in, connects them, keeps them alive and closes them.</summary>
internal sealed class Population : IAsyncDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(30);

    private readonly LoadOptions _options;
    private readonly Report _report;
    private readonly HttpApi _api;
    private readonly ConcurrentQueue<Member> _more = new();
    private readonly Tally _failures = new();
    private readonly CancellationTokenSource _pinging = new();
    private readonly ParallelOptions _inFlight;
    private Task _pings = Task.CompletedTask;

    public Population(LoadOptions options, Report report, IReadOnlyList<string> genders, CancellationToken cancel)
    {
        _options = options;
        _report = report;
        _api = new HttpApi(Math.Max(options.Parallel, options.Users)); // each is a browser of its own
        _inFlight = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancel };
        Random = new Random(options.Seed);
        Members = [.. Enumerable.Range(0, options.Users).Select(number => NewMember(number, genders[number % genders.Count]))];
    }

    public Member[] Members { get; }

    public HttpApi Api => _api;

    /// <summary>Those who came later included.</summary>
    public IEnumerable<Member> Everybody => Members.Concat(_more);

    /// <summary>People with a connection now, those who came later included.</summary>
    public int Connected => Everybody.Count(member => member.Connected);

    public Random Random { get; }

    /// <summary>Told of everybody who comes later than --users.</summary>
    public Action<Member>? Made { get; set; }

    /// <summary>Where the server stood before the first connection.</summary>
    public Phase BeforeConnect { get; private set; }

    /// <param name="patiently">Who is <c>unavailable</c> tries again.</param>
    public async Task SignIn(bool patiently)
    {
        var phase = _report.Measure();
        await Each(Members, (member, cancel) => patiently ? SignInAtLast(member, cancel) : SignIn(member, cancel));
        var signedIn = Members.Count(member => member.Token.Length > 0);
        _report.Figure("signInsPerSecond", signedIn / phase.Seconds, "1/s");
        _report.Cpu("SignIn", phase, signedIn);
        _pings = Ping();
        Settle("sign in");
    }

    /// <summary>Hub ticket, WebSocket, handshake and Resume for everybody; the times are of that whole way.</summary>
    public async Task Connect()
    {
        var latencies = new Latencies(Members.Length);
        var phase = _report.Measure();
        BeforeConnect = phase;
        _report.ServerMemory("serverRssBeforeConnectMb");
        await Each(Members, async (member, cancel) =>
        {
            var begin = Stopwatch.GetTimestamp();
            await Connect(member, cancel);
            latencies.Add(Stopwatch.GetTimestamp() - begin);
        });
        _report.Figure("connected", (long)latencies.Count);
        _report.Figure("connectsPerSecond", latencies.Count / phase.Seconds, "1/s");
        _report.Percentiles("ticketToResumed", latencies);
        _report.Cpu("Connect", phase, latencies.Count);
        Settle("connect");
    }

    /// <summary>One more than --users, who is closed with the others.</summary>
    public Member Another(string gender)
    {
        var member = NewMember(Members.Length + _more.Count, gender);
        _more.Enqueue(member);
        Made?.Invoke(member);
        return member;
    }

    /// <exception cref="RefusedException">The server said no.</exception>
    public async Task SignIn(Member member, CancellationToken cancel)
    {
        var guest = new GuestRequest($"Load {member.Number}", member.Gender, Adult: true);
        var answer = await _api.SignIn(member.Server, guest, cancel);
        member.Id = answer.User.Id;
        member.Token = answer.Token;
    }

    /// <summary>False when the server is <c>unavailable</c>.</summary>
    public async Task<bool> TrySignIn(Member member, CancellationToken cancel)
    {
        try
        {
            await SignIn(member, cancel);
            return true;
        }
        catch (RefusedException refused) when (refused.Code == "unavailable")
        {
            return false;
        }
    }

    /// <exception cref="RefusedException">The server said no.</exception>
    public async Task Connect(Member member, CancellationToken cancel)
    {
        var ticket = await _api.Ticket(member.Server, member.Token, member.Tab, cancel);
        member.Hub = await HubConnection.Open(member.Server, ticket, _options.Deflate, member, cancel);
        var resumed = await member.Hub.Invoke("Resume", "[{}]", cancel);
        member.Resumed(resumed.Read(Messages.Default.ResumeValue), resumed.At);
    }

    /// <summary>The same tab connects again while its connection is open, which then has to go.</summary>
    /// <exception cref="RefusedException">The server said no.</exception>
    public async Task Return(Member member, CancellationToken cancel)
    {
        var again = new Member(member.Number, member.Server, member.Tab, member.Gender) { Id = member.Id, Token = member.Token };
        member.LetGo();
        await Connect(again, cancel);
        _more.Enqueue(again);
    }

    /// <summary>Runs <paramref name="act"/> for each with --parallel in flight; refusals are counted by code.</summary>
    public Task Each<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> act) =>
        Parallel.ForEachAsync(items, _inFlight, async (item, cancel) =>
        {
            try
            {
                await act(item, cancel);
            }
            catch (RefusedException refused)
            {
                Count(refused);
            }
            catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
            {
                _failures.Add("http_timeout");
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            {
                _failures.Add($"{broken.GetType().Name}: {(broken.InnerException ?? broken).Message}");
            }
        });

    public void Count(RefusedException refused) => _failures.Add(refused.Code);

    /// <summary>After a step that nobody may fail: stops the run when somebody did.</summary>
    /// <exception cref="StepFailedException">Somebody was refused.</exception>
    public void Settle(string step)
    {
        if (_failures.Total > 0)
        {
            throw new StepFailedException($"{step}: {_failures.Total} refused ({_failures})");
        }
    }

    /// <summary>Nobody may have lost a connection that the driver did not close.</summary>
    public void ExpectAllConnected()
    {
        var lost = Everybody.Where(member => member.LostBecause is not null).ToArray();
        if (lost.Length > 0)
        {
            _report.Fail($"{lost.Length} connections lost, the first, of user {lost[0].Number}: {lost[0].LostBecause}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pinging.CancelAsync();
        await _pings;
        var closing = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel };
        await Parallel.ForEachAsync(
            Everybody.Where(member => member.Connected), closing, async (member, _) => await member.Hub.DisposeAsync());
        _pinging.Dispose();
        _api.Dispose();
    }

    private async Task SignInAtLast(Member member, CancellationToken cancel)
    {
        while (!await TrySignIn(member, cancel))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    private Member NewMember(int number, string gender) => new(
        number, _options.Servers[number % _options.Servers.Length], $"tab-{_options.Seed}-{number}-{Guid.NewGuid():N}", gender);

    private async Task Ping()
    {
        using var timer = new PeriodicTimer(PingEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_pinging.Token))
            {
                foreach (var member in Everybody.Where(member => member.Connected))
                {
                    await member.Ping(_pinging.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (RefusedException lost)
        {
            _report.Fail($"ping: {lost.Message}");
        }
    }
}
