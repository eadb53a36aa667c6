namespace Matchmaker.Features.Matching;

/// <summary>
/// The waiting tickets of one gender that want one set of genders, in lanes by language. Each ticket stands in line,
/// and in either the lane of those without languages or the lanes of its languages (at most five); once its languages
/// have softened, also in the lane of the softened.
/// </summary>
internal sealed class Bucket
{
    private readonly TicketLane _all = new();
    private readonly TicketLane _noLanguages = new();
    private readonly TicketLane _softened = new();
    private readonly Dictionary<string, TicketLane> _byLanguage = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    public void Insert(PoolEntry entry)
    {
        _all.Insert(entry);
        if (entry.Ticket.Languages.Count == 0)
        {
            _noLanguages.Insert(entry);
            return;
        }

        foreach (var language in entry.Ticket.Languages.Words)
        {
            if (!_byLanguage.TryGetValue(language, out var lane))
            {
                _byLanguage[language] = lane = new TicketLane();
            }

            lane.Insert(entry);
        }

        if (IsSoftened(entry))
        {
            _softened.Insert(entry);
        }
    }

    public void Remove(PoolEntry entry)
    {
        _all.Remove(entry);
        if (entry.Ticket.Languages.Count == 0)
        {
            _noLanguages.Remove(entry);
            return;
        }

        foreach (var language in entry.Ticket.Languages.Words)
        {
            var lane = _byLanguage[language];
            lane.Remove(entry);

            // Languages are the users' words: without this, made-up ones would stay for ever.
            if (lane.Count == 0)
            {
                _byLanguage.Remove(language);
            }
        }

        if (IsSoftened(entry))
        {
            _softened.Remove(entry);
        }
    }

    /// <summary>
    /// Adds the lanes that hold everybody here whose languages can suit this ticket. Without languages that is
    /// everybody; with them, those who share one and those without; when softened, the other softened ones too.
    /// </summary>
    public void AddLanesFor(Ticket seeker, bool softened, List<TicketLane> lanes)
    {
        if (seeker.Languages.Count == 0)
        {
            AddUnlessEmpty(_all, lanes);
            return;
        }

        AddUnlessEmpty(_noLanguages, lanes);
        foreach (var language in seeker.Languages.Words)
        {
            if (_byLanguage.TryGetValue(language, out var lane))
            {
                lanes.Add(lane);
            }
        }

        if (softened)
        {
            AddUnlessEmpty(_softened, lanes);
        }
    }

    /// <summary>For tests.</summary>
    public void CheckIntegrity()
    {
        _all.CheckIntegrity();
        _noLanguages.CheckIntegrity();
        _softened.CheckIntegrity();
        var none = 0;
        var softened = 0;
        var named = 0;
        for (var reader = _all.ReadAfter(Place.Start); reader.MoveNext();)
        {
            var languages = reader.Entry.Ticket.Languages.Count;
            none += languages == 0 ? 1 : 0;
            softened += IsSoftened(reader.Entry) ? 1 : 0;
            named += languages;
        }

        foreach (var (language, lane) in _byLanguage)
        {
            lane.CheckIntegrity();
            named -= lane.Count;
            if (lane.Count == 0)
            {
                throw new InvalidOperationException($"The empty lane of {language} was kept.");
            }
        }

        if (none != _noLanguages.Count || softened != _softened.Count || named != 0)
        {
            throw new InvalidOperationException("The lanes do not hold what the line holds.");
        }
    }

    private static bool IsSoftened(PoolEntry entry) => entry.Widened.HasFlag(Widened.Languages);

    private static void AddUnlessEmpty(TicketLane lane, List<TicketLane> lanes)
    {
        if (lane.Count > 0)
        {
            lanes.Add(lane);
        }
    }
}
