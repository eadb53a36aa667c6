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
    /// <summary>An estimate of what it holds in memory: two bytes a character and the objects around them.</summary>
    internal int Weigh() => 200 + (2 * Name.Length) + Languages.Concat(Interests).Sum(word => 32 + (2 * word.Length));
}
