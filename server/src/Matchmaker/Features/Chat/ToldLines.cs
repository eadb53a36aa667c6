using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Chat;

/// <summary>
/// Which connection was told which line lately, in whatever way: as it was said, by another instance, from the rows, or in
/// the answer to Resume. So nobody hears a line twice. The last <see cref="Max"/>.
/// </summary>
internal sealed class ToldLines(TimeProvider time)
{
    public const int Max = 10_000;

    /// <summary>How far a look at the rows goes back: longer than the time between two.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromSeconds(15);

    /// <summary>As long, with room for clocks that differ from the database's.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);

    private readonly Recent<(string ConnectionId, Guid LineId)> _told = new(Max, KeepFor, time);

    public int Count => _told.Count;

    /// <summary>False when the connection has it already.</summary>
    public bool Add(string connectionId, Guid lineId) => _told.Add((connectionId, lineId));
}
