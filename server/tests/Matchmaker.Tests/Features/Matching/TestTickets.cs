using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>Tickets that say only what a test is about; everybody fits everybody unless told otherwise.</summary>
internal static class TestTickets
{
    public static DateTimeOffset Noon { get; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Ordered as their numbers.</summary>
    public static Guid User(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return new Guid(bytes, bigEndian: true);
    }

    public static Ticket Ticket(
        int user,
        DateTimeOffset? joinedAt = null,
        Gender gender = Gender.Unspecified,
        Wants wants = default,
        string[]? languages = null,
        string[]? interests = null,
        int callSeconds = 300) => new()
        {
            TicketId = Guid.NewGuid(),
            UserId = User(user),
            Gender = gender,
            Wants = wants,
            Languages = Tags.Of(languages ?? []),
            Interests = Tags.Of(interests ?? []),
            CallSeconds = callSeconds,
            JoinedAt = joinedAt ?? Noon,
            ConnectionId = $"connection-{user}",
        };

    /// <summary>Nobody of these may meet another of these.</summary>
    public static void AvoidEachOther(IReadOnlyList<Ticket> tickets)
    {
        for (var i = 0; i < tickets.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                tickets[i].AddAvoid(tickets[j].UserId);
            }
        }
    }

    /// <summary>
    /// Checks a property with arrays of random numbers, shrunk on failure; the message of a failure names the seed.
    /// </summary>
    public static void CheckSteps(int cases, int maxSteps, Action<uint[]> property)
    {
        var steps = Gen.Choose(0, int.MaxValue).ArrayOf().Resize(maxSteps);
        var arbitrary = Arb.From(steps, ArbMap.Default.ArbFor<int[]>().Shrinker);
        Prop.ForAll(arbitrary, numbers => property([.. numbers.Select(number => (uint)Math.Abs((long)number))]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithStartSize(maxSteps / 10).WithEndSize(maxSteps));
    }
}
