namespace Matchmaker.Features.Matching;

/// <summary>
/// Who widens when: one mark a stage, moving along the line. Waiting is by joining time, which is the line's order, so
/// everybody before a mark has reached its stage and no timers are needed.
/// </summary>
internal sealed class WideningMarks(TimeSpan[] stages)
{
    private readonly Place[] _upTo = Enumerable.Repeat(Place.Start, stages.Length).ToArray();

    /// <summary>Those who have reached a stage since the last call, at most <paramref name="max"/> for each stage.</summary>
    public List<PoolEntry> TakeDue(TicketLane line, DateTimeOffset now, int max)
    {
        var due = new List<PoolEntry>();
        for (var stage = 0; stage < stages.Length; stage++)
        {
            var joinedBy = now.UtcTicks - stages[stage].Ticks;
            var reader = line.ReadAfter(_upTo[stage]);
            for (var i = 0; i < max && reader.MoveNext() && reader.Place.JoinedTicks <= joinedBy; i++)
            {
                _upTo[stage] = reader.Place;
                due.Add(reader.Entry);
            }
        }

        return due;
    }
}
