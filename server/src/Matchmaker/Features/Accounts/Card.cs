namespace Matchmaker.Features.Accounts;

/// <summary>
/// All that a stranger may see of a person; at most 400 bytes in the usual case. Nothing else about anybody travels.
/// </summary>
internal sealed record Card(
    Guid Id,
    string Name,
    Gender Gender,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Interests,
    string? SelfieUrl = null,
    Guid? IntroducedBy = null)
{
    /// <summary>By content: a card that was read again is not another one.</summary>
    public bool Equals(Card? other) => other is not null
        && (Id, Name, Gender, SelfieUrl, IntroducedBy) == (other.Id, other.Name, other.Gender, other.SelfieUrl, other.IntroducedBy)
        && Languages.SequenceEqual(other.Languages) && Interests.SequenceEqual(other.Interests);

    public override int GetHashCode() => HashCode.Combine(Id, Name, Gender);

    /// <summary>An estimate of what it holds in memory: two bytes a character and the objects around them.</summary>
    internal int Weigh() => 200 + (2 * Name.Length) + Languages.Concat(Interests).Sum(word => 32 + (2 * word.Length));
}
