namespace Matchmaker.Load.Wire;

/// <summary>Hears what comes without being asked; called on the connection's reader, so it must not block.</summary>
internal interface IHubListener
{
    /// <param name="target">Name of the event.</param>
    /// <param name="arguments">The JSON array; valid during the call only.</param>
    /// <param name="at">Stopwatch ticks at arrival.</param>
    void Event(ReadOnlySpan<byte> target, ReadOnlySpan<byte> arguments, long at);

    /// <summary>The connection ended although the driver had not asked for it.</summary>
    void Lost(string reason);
}
