using System.Globalization;
using System.Runtime.InteropServices;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;

namespace Matchmaker.Benchmarks;

/// <summary>
/// The claim: the cost of a join does not grow with the number waiting. A crowd of men who want women and speak some
/// of eight languages waits; the pool is kept at its size while people join, leave and are matched. CPU time, not the
/// clock on the wall: what else the machine does would otherwise be most of the result.
/// </summary>
internal static class MatchPoolBenchmark
{
    private const int Rounds = 7;
    private const int Operations = 10_000;

    private static readonly int[] _sizes = [1_000, 10_000, 100_000];
    private static readonly string[] _languages = ["en", "de", "fr", "tr", "es", "pt", "pl", "ar"];
    private static readonly string[] _interests = [.. Enumerable.Range(0, 40).Select(i => $"interest-{i}")];
    private static readonly DateTimeOffset _noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static void Run(TextWriter output)
    {
        var (cases, unit) = (Cases(), 0.0);
        output.WriteLine($"Machine: {Environment.ProcessorCount} x {Processor()}, {RuntimeInformation.FrameworkDescription}");
        output.WriteLine($"Median of {Rounds} rounds of {Operations} operations, CPU time of the process, garbage collection included.");
        output.WriteLine();
        output.WriteLine("| | " + string.Join(" | ", _sizes.Select(size => Text($"{size:N0} waiting"))) + " |");
        output.WriteLine("| --- |" + string.Concat(Enumerable.Repeat(" --- |", _sizes.Length)));
        foreach (var (name, measure) in cases)
        {
            var cells = new List<string>();
            foreach (var size in _sizes)
            {
                var nanoseconds = Median(measure, size);
                unit = size == _sizes[0] ? nanoseconds : unit;
                cells.Add(Text($"{nanoseconds:N0} ns ({nanoseconds / unit:F2}x)"));
            }

            output.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
        }

        var pair = Median(MatchedJoin, _sizes[^1]);
        output.WriteLine();
        output.WriteLine(Text($"Pairs a second of CPU with {_sizes[^1]:N0} waiting, both joins counted in: {1e9 / pair:N0}"));
    }

    private static (string Name, Action<Crowd> Measure)[] Cases() =>
    [
        ("join and leave, nobody can fit", JoinAndLeave),
        ("join, 64 considered and refused, leave", RefusedJoin),
        ("a pair: two joins, 64 considered, call started", MatchedJoin),
        ("position", Position),
        ("one ticket's turn in a tick, nobody can fit", Turn),
    ];

    private static double Median(Action<Crowd> measure, int size)
    {
        var crowd = new Crowd(size);
        measure(crowd);
        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            crowd.Prepare();
            var start = Environment.CpuUsage.TotalTime;
            measure(crowd);
            times[round] = (Environment.CpuUsage.TotalTime - start).TotalNanoseconds / Operations;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    private static void JoinAndLeave(Crowd crowd)
    {
        foreach (var he in crowd.Men)
        {
            crowd.Pool.Add(he, crowd.Now);
            crowd.Pool.Propose(64, crowd.Now);
            crowd.Pool.Remove(he.UserId);
        }
    }

    private static void RefusedJoin(Crowd crowd)
    {
        for (var i = 0; i < Operations; i++)
        {
            var she = crowd.Refused[i % crowd.Refused.Length];
            crowd.Pool.Add(she, crowd.Now);
            Expect(crowd.Pool.Propose(64, crowd.Now).Count == 0);
            crowd.Pool.Remove(she.UserId);
        }
    }

    private static void MatchedJoin(Crowd crowd)
    {
        for (var i = 0; i < Operations; i++)
        {
            crowd.Pool.Add(crowd.Women[i], crowd.Now);
            var pairs = crowd.Pool.Propose(64, crowd.Now);
            Expect(pairs.Count == 1);
            crowd.Pool.Settle(pairs[0].Initiator, crowd.Now);
            crowd.Pool.Settle(pairs[0].Polite, crowd.Now);
            crowd.Pool.Add(crowd.Men[i], crowd.Now);
            crowd.Pool.Propose(64, crowd.Now);
        }
    }

    private static void Position(Crowd crowd)
    {
        for (var i = 0; i < Operations; i++)
        {
            Expect(crowd.Pool.Position(crowd.Waiting[i * 31 % crowd.Waiting.Count].UserId) > 0);
        }
    }

    private static void Turn(Crowd crowd)
    {
        for (var i = 0; i < Operations / 50; i++)
        {
            crowd.Pool.Tick(crowd.Now, 50);
            Expect(crowd.Pool.Propose(64, crowd.Now).Count == 0);
        }
    }

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 2)..] ?? RuntimeInformation.OSDescription;
    }

    /// <summary>The waiting, and those about to join; made outside the measurement.</summary>
    private sealed class Crowd
    {
        private readonly Random _random = new(1); // the same crowd each time
        private readonly List<Guid> _oldest = [];
        private TimeSpan _apart;

        public Crowd(int size)
        {
            // They came evenly over half a minute, so that half have waited long enough for soft languages.
            _apart = TimeSpan.FromSeconds(30) / size;
            for (var i = 0; i < size; i++)
            {
                Waiting.Add(Man());
                Pool.Add(Waiting[i], Now);
                if (_oldest.Count < 600)
                {
                    _oldest.Add(Waiting[i].UserId);
                }
            }

            Pool.Tick(Now, size);
            while (Pool.ToLook > 0)
            {
                Expect(Pool.Propose(64, Now).Count == 0);
            }

            // From here on time all but stands still.
            _apart = TimeSpan.FromTicks(1);
            Prepare();
        }

        public MatchPool Pool { get; } = new(MatchRules.Default);

        public List<Ticket> Waiting { get; } = [];

        public Ticket[] Men { get; private set; } = [];

        public Ticket[] Women { get; private set; } = [];

        public Ticket[] Refused { get; private set; } = [];

        public DateTimeOffset Now { get; private set; } = _noon;

        public void Prepare()
        {
            Men = [.. Enumerable.Range(0, Operations).Select(_ => Man())];
            Women = [.. Enumerable.Range(0, Operations).Select(_ => Person(Gender.Female, Gender.Male))];

            // The 600 oldest are more than one look's worth for any combination of lanes.
            Refused = [.. Enumerable.Range(0, Operations / 10).Select(_ => Person(Gender.Female, Gender.Male))];
            foreach (var she in Refused)
            {
                _oldest.ForEach(she.AddAvoid);
            }
        }

        private Ticket Man() => Person(Gender.Male, Gender.Female);

        private Ticket Person(Gender gender, Gender wanted)
        {
            Now += _apart;
            return new Ticket
            {
                TicketId = Guid.NewGuid(),
                UserId = Guid.NewGuid(),
                Gender = gender,
                Wants = _random.Next(2) == 0 ? Wants.Of(wanted) : Wants.Of(wanted, Gender.Nonbinary),
                Languages = Tags.Of(_random.GetItems(_languages, _random.Next(3))),
                Interests = Tags.Of(_random.GetItems(_interests, _random.Next(6))),
                CallSeconds = 60 * _random.Next(1, 31),
                JoinedAt = Now,
                ConnectionId = "connection",
            };
        }
    }
}
