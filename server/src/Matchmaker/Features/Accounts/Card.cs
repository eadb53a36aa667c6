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
    Guid? IntroducedBy = null);
