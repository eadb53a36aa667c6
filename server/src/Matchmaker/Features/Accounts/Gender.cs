namespace Matchmaker.Features.Accounts;

/// <summary>How a person describes themselves; on the wire in lower case.</summary>
internal enum Gender : byte
{
    Female = 0,
    Male = 1,
    Nonbinary = 2,
    Unspecified = 3,
}
