namespace Matchmaker.Features.Safety;

/// <summary>Who decided what. Only appended to; each entry holds the hash of the one before.</summary>
internal interface IAuditStore
{
    /// <summary>Appends one by itself; answers its number. What changes rows appends in its own transaction instead.</summary>
    Task<long> Append(AuditNote note);

    /// <summary>The latest first, below <paramref name="before"/>.</summary>
    Task<IReadOnlyList<AuditEntry>> Page(AuditFilter filter, int limit, long? before);

    /// <summary>The oldest first, after a number: each as a line of JSON with its hash and the one before, ids as they are stored.</summary>
    Task<IReadOnlyList<AuditLine>> Export(long after, int limit);

    /// <summary>Reads the whole chain.</summary>
    Task<AuditCheck> Verify();
}
