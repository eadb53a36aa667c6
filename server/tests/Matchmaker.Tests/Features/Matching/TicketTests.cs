using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class TicketTests
{
    [Fact]
    public void A_cooldown_lapses_at_its_time()
    {
        var ticket = Ticket(1);
        ticket.AddAvoid(User(2), Noon.AddMinutes(5));

        Assert.True(ticket.Avoids(User(2), Noon.AddMinutes(5).AddMilliseconds(-1)));
        Assert.False(ticket.Avoids(User(2), Noon.AddMinutes(5)));
        Assert.False(ticket.Avoids(User(3), Noon));
    }

    [Fact]
    public void A_cooldown_is_only_ever_extended()
    {
        var ticket = Ticket(1);
        ticket.AddAvoid(User(2), Noon.AddHours(1));
        ticket.AddAvoid(User(2), Noon.AddMinutes(1));
        ticket.AddAvoid(User(3));
        ticket.AddAvoid(User(3), Noon.AddMinutes(1));

        Assert.True(ticket.Avoids(User(2), Noon.AddMinutes(59)));
        Assert.True(ticket.Avoids(User(3), Noon.AddYears(100)));
    }

    [Fact]
    public void A_joining_time_in_the_future_is_no_wait()
    {
        Assert.Equal(TimeSpan.Zero, Ticket(1, Noon.AddSeconds(5)).Waited(Noon));
    }

    [Fact]
    public void A_successor_keeps_place_and_whom_to_avoid()
    {
        var earlier = Ticket(1, Noon);
        earlier.AddAvoid(User(2));
        var later = Ticket(1, Noon.AddSeconds(9));
        later.AddAvoid(User(3));

        later.Succeed(earlier);

        Assert.Equal(Noon, later.JoinedAt);
        Assert.True(later.Avoids(User(2), Noon));
        Assert.True(later.Avoids(User(3), Noon));
        later.Succeed(later);
        Assert.Equal(2, later.AvoidCount);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(1801)]
    public void A_call_length_out_of_bounds_is_refused(int seconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticket(1, callSeconds: seconds));
    }

    [Fact]
    public void Too_many_languages_or_interests_are_refused()
    {
        string[] words = [.. Enumerable.Range(0, 11).Select(i => $"w{i}")];

        Ticket(1, languages: words[..5], interests: words[..10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticket(1, languages: words[..6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticket(1, interests: words));
    }
}
