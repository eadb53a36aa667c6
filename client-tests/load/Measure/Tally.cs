using System.Collections.Concurrent;

namespace Matchmaker.Load.Measure;

/// <summary>How often each code came.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public int Total => _counts.Values.Sum();

    public void Add(string code) => _counts.AddOrUpdate(code, 1, static (_, count) => count + 1);

    public override string ToString() =>
        string.Join(", ", _counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"));
}
