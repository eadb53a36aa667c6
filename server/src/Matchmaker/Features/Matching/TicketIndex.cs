using System.Numerics;
using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Matching;

/// <summary>
/// The waiting tickets by what is hard for good: own gender and genders wanted, at most 4 x 15 buckets, so that a set
/// of buckets is one 64-bit number. For a ticket at most 32 of them can suit both sides.
/// </summary>
internal sealed class TicketIndex
{
    private const int BucketCount = Wants.Genders * 15;

    private static readonly ulong[] _suiting = SuitingBuckets();

    private readonly Bucket?[] _buckets = new Bucket?[BucketCount];
    private ulong _occupied;

    public void Insert(PoolEntry entry)
    {
        var number = BucketOf(entry.Ticket);
        (_buckets[number] ??= new Bucket()).Insert(entry);
        _occupied |= 1UL << number;
    }

    public void Remove(PoolEntry entry)
    {
        var number = BucketOf(entry.Ticket);
        var bucket = _buckets[number]!;
        bucket.Remove(entry);
        if (bucket.Count == 0)
        {
            _occupied &= ~(1UL << number);
        }
    }

    /// <summary>Adds every lane in which somebody for this ticket can stand; at most 32 buckets x 7 lanes.</summary>
    public void AddLanesFor(Ticket seeker, bool softened, List<TicketLane> lanes)
    {
        for (var left = _suiting[BucketOf(seeker)] & _occupied; left != 0; left &= left - 1)
        {
            _buckets[BitOperations.TrailingZeroCount(left)]!.AddLanesFor(seeker, softened, lanes);
        }
    }

    /// <summary>For tests. Returns the number of tickets found.</summary>
    public int CheckIntegrity()
    {
        var count = 0;
        for (var number = 0; number < BucketCount; number++)
        {
            var bucket = _buckets[number];
            bucket?.CheckIntegrity();
            count += bucket?.Count ?? 0;
            if ((bucket?.Count > 0) != ((_occupied & (1UL << number)) != 0))
            {
                throw new InvalidOperationException($"Bucket {number} is wrongly noted as occupied or empty.");
            }
        }

        return count;
    }

    private static int BucketOf(Ticket ticket) => BucketOf(ticket.Gender, ticket.Wants);

    private static int BucketOf(Gender gender, Wants wants) => ((wants.Bits - 1) * Wants.Genders) + (int)gender;

    private static ulong[] SuitingBuckets()
    {
        var suiting = new ulong[BucketCount];
        foreach (var (mine, wanted) in AllKinds())
        {
            foreach (var (theirs, theyWant) in AllKinds())
            {
                if (wanted.Accepts(theirs) && theyWant.Accepts(mine))
                {
                    suiting[BucketOf(mine, wanted)] |= 1UL << BucketOf(theirs, theyWant);
                }
            }
        }

        return suiting;
    }

    private static IEnumerable<(Gender Gender, Wants Wants)> AllKinds() =>
        from gender in Enum.GetValues<Gender>()
        from bits in Enumerable.Range(1, 15)
        select (gender, Wants.FromBits((byte)bits));
}
