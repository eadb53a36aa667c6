namespace Matchmaker.Features.Safety;

/// <summary>Why somebody is reported, and why something is done about them.</summary>
internal enum Reason
{
    Harassment,
    Nudity,

    /// <summary>A person who is not an adult, or is treated as if: the most urgent of all.</summary>
    MinorSafety,
    Hate,
    Threats,
    Spam,
    Impersonation,
    Other,
}
