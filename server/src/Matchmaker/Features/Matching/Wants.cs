using System.Numerics;
using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Matching;

/// <summary>The set of genders a person wants to meet. Naming none means any.</summary>
internal readonly record struct Wants
{
    /// <summary>Number of genders; also the number of bits in use.</summary>
    public const int Genders = 4;

    private const byte AllBits = (1 << Genders) - 1;

    // Stored as what is *not* wanted, so that default(Wants) is Any instead of a set that accepts nobody.
    private readonly byte _refused;

    private Wants(byte bits) => _refused = (byte)(AllBits & ~bits);

    public static Wants Any => default;

    /// <summary>One bit a gender, never 0: 1..15.</summary>
    public byte Bits => (byte)(AllBits & ~_refused);

    public static Wants Of(params ReadOnlySpan<Gender> genders)
    {
        byte bits = 0;
        foreach (var gender in genders)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)gender, Genders, nameof(genders));
            bits |= (byte)(1 << (int)gender);
        }

        return FromBits(bits);
    }

    /// <summary>From a stored value; 0 means any, bits above the genders are refused.</summary>
    public static Wants FromBits(byte bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, AllBits);
        return bits == 0 ? Any : new Wants(bits);
    }

    public bool Accepts(Gender gender) => (_refused & (1 << (int)gender)) == 0;

    public override string ToString() => BitOperations.PopCount(Bits) == Genders ? "any" : Convert.ToString(Bits, 2);
}
