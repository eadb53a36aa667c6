using Matchmaker.Features.Safety;

namespace Matchmaker.Tests.Features.Safety;

public sealed class AvoidListTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_list_says_of_everybody_what_a_dictionary_would()
    {
        var random = new Random(1);
        var people = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToArray();
        var expected = new Dictionary<Guid, DateTimeOffset?>();
        var list = new AvoidList();
        for (var step = 0; step < 1000; step++)
        {
            var other = people[random.Next(people.Length)];
            DateTimeOffset? until = random.Next(5) == 0 ? null : _noon.AddSeconds(random.Next(1000));
            if (random.Next(4) == 0)
            {
                list.Remove(other);
                expected.Remove(other);
            }
            else
            {
                list.Extend(other, until);
                expected[other] = expected.TryGetValue(other, out var known) && (known is null || (until is not null && until <= known)) ? known : until;
            }

            var copy = new AvoidList(expected.Select(e => new Avoided(e.Key, e.Value)));
            Assert.Equal((expected.Count, expected.Count), (list.Count, copy.Count));
            foreach (var person in people)
            {
                var isAvoided = expected.TryGetValue(person, out var when);
                Assert.Equal((isAvoided, when), (list.Contains(person, out var said), said));
                Assert.Equal((isAvoided, when), (copy.Contains(person, out said), said));
            }
        }
    }

    [Fact]
    public void At_the_bound_the_cooldown_that_is_over_first_goes_and_no_block_does()
    {
        var blocked = Enumerable.Range(0, 50).Select(_ => new Avoided(Guid.NewGuid(), null)).ToList();
        var met = Enumerable.Range(0, AvoidList.MaxCooldowns + 100).Select(i => new Avoided(Guid.NewGuid(), _noon.AddSeconds(i))).ToList();

        var loaded = new AvoidList([.. blocked, .. met]);
        var grown = new AvoidList();
        foreach (var (other, until) in blocked.Concat(met))
        {
            grown.Extend(other, until);
        }

        foreach (var list in new[] { loaded, grown })
        {
            Assert.Equal(AvoidList.MaxCooldowns + 50, list.Count);
            Assert.All(blocked, b => Assert.True(list.Contains(b.UserId, out _)));
            Assert.Equal(met.Skip(100), met.Where(m => list.Contains(m.UserId, out _)));

            var late = Guid.NewGuid();
            list.Extend(late, _noon);
            Assert.True(list.Contains(late, out _)); // just learned, so it matters most
            Assert.False(list.Contains(met[100].UserId, out _));
            Assert.Equal(AvoidList.MaxCooldowns + 50, list.Count);
        }
    }
}
