using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class TicketLaneTests
{
    private static readonly Ticket _anybody = Ticket(1);

    [Fact]
    public void A_lane_behaves_like_a_sorted_list()
    {
        CheckSteps(60, 3000, steps =>
        {
            var lane = new TicketLane();
            var model = new SortedList<Place, PoolEntry>();
            foreach (var step in steps)
            {
                // Few enough places that removals hit, enough that chunks are split and emptied.
                var place = new Place(step / 4 % 1500, 0);
                if (model.Remove(place, out var entry))
                {
                    lane.Remove(entry);
                }
                else
                {
                    model[place] = new PoolEntry(_anybody, place);
                    lane.Insert(model[place]);
                }
            }

            AssertSame(model, lane);
        });
    }

    [Fact]
    public void A_line_served_from_the_front_keeps_its_order()
    {
        var lane = new TicketLane();
        var model = new SortedList<Place, PoolEntry>();
        for (var i = 0; i < 5000; i++)
        {
            var entry = new PoolEntry(_anybody, new Place(i, i));
            lane.Insert(entry);
            model.Add(entry.Place, entry);
            if (i % 3 > 0)
            {
                lane.Remove(model.Values[0]);
                model.RemoveAt(0);
            }
        }

        AssertSame(model, lane);
    }

    [Fact]
    public void Those_who_stay_behind_do_not_each_keep_a_chunk()
    {
        var lane = new TicketLane();
        var model = new SortedList<Place, PoolEntry>();
        for (var i = 0; i < 50_000; i++)
        {
            var entry = new PoolEntry(_anybody, new Place(i, i));
            lane.Insert(entry);
            model.Add(entry.Place, entry);
            if (i >= 500 && (i - 500) % 100 > 0)
            {
                var leaves = model[new Place(i - 500, i - 500)];
                lane.Remove(leaves);
                model.Remove(leaves.Place);
            }
        }

        AssertSame(model, lane);
    }

    [Fact]
    public void An_empty_lane_reads_nothing_and_can_be_filled_again()
    {
        var lane = new TicketLane();
        var entry = new PoolEntry(_anybody, new Place(1, 1));
        for (var i = 0; i < 3; i++)
        {
            Assert.False(lane.ReadAfter(Place.Start).MoveNext());
            Assert.Equal(0, lane.CountBefore(new Place(9, 9)));
            lane.Insert(entry);
            Assert.Equal(1, lane.CountBefore(new Place(9, 9)));
            lane.Remove(entry);
        }
    }

    [Fact]
    public void Removing_what_is_not_there_is_an_error()
    {
        var lane = new TicketLane();
        Assert.Throws<InvalidOperationException>(() => lane.Remove(new PoolEntry(_anybody, new Place(1, 1))));
        lane.Insert(new PoolEntry(_anybody, new Place(1, 1)));
        Assert.Throws<InvalidOperationException>(() => lane.Remove(new PoolEntry(_anybody, new Place(1, 1))));
        Assert.Throws<InvalidOperationException>(() => lane.Remove(new PoolEntry(_anybody, new Place(2, 1))));
    }

    private static void AssertSame(SortedList<Place, PoolEntry> model, TicketLane lane)
    {
        lane.CheckIntegrity();
        Assert.Equal(model.Count, lane.Count);
        Assert.Equal(model.Values, ReadAfter(lane, Place.Start));
        for (var i = 0; i < model.Count; i += 37)
        {
            var place = model.Keys[i];
            Assert.Equal(i, lane.CountBefore(place));
            Assert.Equal(i + 1, lane.CountBefore(place with { Turn = place.Turn + 1 }));
            Assert.Equal(model.Values.Skip(i + 1), ReadAfter(lane, place));
            Assert.Equal(model.Values.Skip(i), ReadAfter(lane, place with { Turn = place.Turn - 1 }));
        }

        if (model.Count > 0)
        {
            Assert.Equal(model.Keys[^1], lane.Last);
        }
    }

    private static List<PoolEntry> ReadAfter(TicketLane lane, Place place)
    {
        var read = new List<PoolEntry>();
        for (var reader = lane.ReadAfter(place); reader.MoveNext();)
        {
            read.Add(reader.Entry);
        }

        return read;
    }
}
