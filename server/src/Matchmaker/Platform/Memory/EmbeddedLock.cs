namespace Matchmaker.Platform.Memory;

/// <summary>
/// The one lock of all in-process stores: what a transaction is to PostgreSQL, this is to the embedded server. Held for
/// the length of a store's method and never across an await.
/// </summary>
internal sealed class EmbeddedLock
{
    public Lock Gate { get; } = new();
}
