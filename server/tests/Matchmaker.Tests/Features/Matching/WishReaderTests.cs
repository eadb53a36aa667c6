using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;

namespace Matchmaker.Tests.Features.Matching;

public class WishReaderTests
{
    private static readonly Card _card = new(Guid.NewGuid(), "Ada", Gender.Female, ["en", "de"], ["chess"]);

    [Fact]
    public void Who_wishes_nothing_has_the_wishes_of_their_profile()
    {
        var read = WishReader.Read(null, _card).Value!;

        Assert.Equal(_card.Languages, read.Languages);
        Assert.Equal(_card.Interests, read.Interests);
        Assert.Equal(WishReader.DefaultCallSeconds, read.CallSeconds);
        Assert.Equal(Wants.Any, Ticket(read).Wants);
    }

    [Fact]
    public void What_is_wished_counts_before_the_profile_in_canonical_form()
    {
        var read = WishReader.Read(new QueueWishes([Gender.Male], ["PT-br"], [" Tea "], 60), _card).Value!;
        var ticket = Ticket(read);

        Assert.Equal(["pt-BR"], read.Languages!);
        Assert.Equal(["Tea"], read.Interests!);
        Assert.Equal(60, ticket.CallSeconds);
        Assert.True(ticket.Wants.Accepts(Gender.Male));
        Assert.False(ticket.Wants.Accepts(Gender.Female));
    }

    [Fact]
    public void An_empty_list_takes_back_what_the_profile_says()
    {
        var read = WishReader.Read(new QueueWishes(Languages: [], Interests: []), _card).Value!;

        Assert.Empty(read.Languages!);
        Assert.Empty(read.Interests!);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(1800, true)]
    [InlineData(1801, false)]
    public void A_call_lasts_one_minute_to_thirty(int seconds, bool allowed)
    {
        var no = WishReader.Read(new QueueWishes(CallSeconds: seconds), _card).No;
        Assert.Equal(allowed ? null : MatchingRefusals.InvalidDuration, no);
    }

    [Fact]
    public void Wishes_out_of_bounds_name_their_field()
    {
        Assert.Equal("wants", WishReader.Read(new QueueWishes([(Gender)9]), _card).No!.Field);
        Assert.Equal("wants", WishReader.Read(new QueueWishes([Gender.Male, Gender.Male, Gender.Male, Gender.Male, Gender.Male]), _card).No!.Field);
        Assert.Equal("languages", WishReader.Read(new QueueWishes(Languages: ["a", "b", "c", "d", "e", "f"]), _card).No!.Field);
        Assert.Equal("languages", WishReader.Read(new QueueWishes(Languages: ["not a language"]), _card).No!.Field);
        Assert.Equal("interests", WishReader.Read(new QueueWishes(Interests: [new string('x', 25)]), _card).No!.Field);
    }

    [Fact]
    public void A_ticket_compares_interests_without_case()
    {
        var (upper, lower) = (Ticket(new QueueWishes(Interests: ["Chess"])), Ticket(new QueueWishes(Interests: ["chess"])));

        Assert.True(upper.Interests.Shares(lower.Interests));
        Assert.Equal(1, upper.Interests.Count);
    }

    private static Ticket Ticket(QueueWishes wishes) =>
        WishReader.ToTicket(wishes, Guid.NewGuid(), _card.Id, _card.Gender, "connection", TestTickets.Noon);
}
