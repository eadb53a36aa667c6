using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class ProposedPairTests
{
    [Theory]
    [InlineData(60, 60, 60)]
    [InlineData(60, 61, 60)]
    [InlineData(300, 1800, 1050)]
    [InlineData(1799, 1800, 1799)]
    public void The_length_is_the_mean_rounded_down(int one, int other, int seconds)
    {
        Assert.Equal(seconds, new ProposedPair(Ticket(1, callSeconds: one), Ticket(2, callSeconds: other)).CallSeconds);
    }

    [Fact]
    public void The_lower_user_id_initiates_whichever_comes_first()
    {
        var low = Ticket(1);
        var high = Ticket(int.MinValue); // highest bit set: low as a signed number, high as an id

        Assert.Same(low, new ProposedPair(low, high).Initiator);
        Assert.Same(low, new ProposedPair(high, low).Initiator);
        Assert.Same(high, new ProposedPair(low, high).Polite);
    }
}
