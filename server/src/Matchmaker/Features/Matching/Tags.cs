namespace Matchmaker.Features.Matching;

/// <summary>A small set of canonical words (languages or interests), compared letter by letter.</summary>
internal sealed class Tags
{
    private readonly string[] _words;

    // One bit a word, from its hash: no bit in common means no word in common, which is the usual case and costs
    // one AND instead of up to a hundred string comparisons.
    private readonly ulong _mask;

    private Tags(string[] words)
    {
        _words = words;
        foreach (var word in words)
        {
            _mask |= 1UL << (string.GetHashCode(word, StringComparison.Ordinal) & 63);
        }
    }

    public static Tags None { get; } = new([]);

    public int Count => _words.Length;

    public ReadOnlySpan<string> Words => _words;

    /// <summary>Repeated words count once.</summary>
    public static Tags Of(params IEnumerable<string> words)
    {
        var distinct = words.Distinct(StringComparer.Ordinal).ToArray();
        return distinct.Length == 0 ? None : new Tags(distinct);
    }

    public bool Shares(Tags other)
    {
        if ((_mask & other._mask) == 0)
        {
            return false;
        }

        foreach (var word in _words)
        {
            if (other.Contains(word))
            {
                return true;
            }
        }

        return false;
    }

    public int CountShared(Tags other)
    {
        if ((_mask & other._mask) == 0)
        {
            return 0;
        }

        var shared = 0;
        foreach (var word in _words)
        {
            if (other.Contains(word))
            {
                shared++;
            }
        }

        return shared;
    }

    private bool Contains(string word)
    {
        foreach (var mine in _words)
        {
            if (string.Equals(mine, word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
