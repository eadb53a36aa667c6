using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Safety;

/// <summary>Section <c>Safety</c>.</summary>
internal sealed class SafetyOptions
{
    public const string Section = "Safety";

    /// <summary>People one user may block. Everybody's list is read when they look for somebody, so it has an end.</summary>
    [Range(1, 100_000)]
    public int MaxBlocks { get; set; } = 1000;
}
