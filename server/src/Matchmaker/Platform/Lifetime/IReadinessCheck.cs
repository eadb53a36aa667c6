namespace Matchmaker.Platform.Lifetime;

/// <summary>Something that has to be in order before this instance takes visitors.</summary>
internal interface IReadinessCheck
{
    /// <summary>Null when all is well. May look at other machines: it is asked at most once a second.</summary>
    ValueTask<Unready?> Check();
}

/// <summary>What is not in order, in one snake-case word; with <paramref name="Degraded"/> visitors are still welcome.</summary>
internal sealed record Unready(string Reason, bool Degraded = false);
