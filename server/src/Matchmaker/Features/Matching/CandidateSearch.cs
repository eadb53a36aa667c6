namespace Matchmaker.Features.Matching;

/// <summary>
/// One look for one ticket: reads the lanes that can suit it, merged into one line, oldest first, from where its last
/// look ended; considers a bounded number and chooses the best score, the older on ties.
///
/// Nobody starves: a ticket that does not find anybody goes on behind those it has seen at its next look, and so
/// reaches each person who was waiting when its pass began after at most (number waiting / number looked at) looks.
/// People who come later look for themselves.
/// </summary>
internal sealed class CandidateSearch(TicketIndex index, MatchRules rules)
{
    // Kept between looks so that a look allocates nothing.
    private readonly List<TicketLane> _lanes = [];
    private readonly PriorityQueue<TicketLane.Reader, Place> _merged = new();

    /// <summary>Candidates considered since the start.</summary>
    public long Considered { get; private set; }

    /// <summary>The best ticket for the seeker among the next in line, or null. Moves the seeker's pass on.</summary>
    public PoolEntry? Look(PoolEntry seeker, Place lastInLine, DateTimeOffset now)
    {
        var pass = seeker.Pass.BeginIfNeeded(lastInLine);
        OpenLanes(seeker.Ticket, pass, now);

        PoolEntry? best = null;
        var bestScore = int.MinValue;
        var considered = 0;
        while (considered < rules.CandidatesLooked && _merged.TryPeek(out var reader, out var place))
        {
            // Who shares two languages stands in two lanes, at the same place, and so comes twice in a row.
            var candidate = reader.Entry;
            if (place != pass.After && !ReferenceEquals(candidate, seeker))
            {
                considered++;
                if (Eligibility.Fits(seeker.Ticket, candidate.Ticket, now, rules))
                {
                    var score = Scoring.Score(seeker.Ticket, candidate.Ticket, now, rules);
                    if (score > bestScore)
                    {
                        (best, bestScore) = (candidate, score);
                    }
                }
            }

            pass = pass.MovedTo(place);
            if (reader.MoveNext() && reader.Place <= pass.Until)
            {
                _merged.DequeueEnqueue(reader, reader.Place);
            }
            else
            {
                _merged.Dequeue();
            }
        }

        seeker.Pass = _merged.Count == 0 ? Pass.NotBegun : pass;
        _merged.Clear();
        Considered += considered;
        return best;
    }

    private void OpenLanes(Ticket seeker, Pass pass, DateTimeOffset now)
    {
        _lanes.Clear();
        index.AddLanesFor(seeker, Widening.LanguagesAreSoft(seeker, now, rules), _lanes);
        foreach (var lane in _lanes)
        {
            var reader = lane.ReadAfter(pass.After);
            if (reader.MoveNext() && reader.Place <= pass.Until)
            {
                _merged.Enqueue(reader, reader.Place);
            }
        }
    }
}
