namespace Matchmaker.Features.Calls;

/// <summary>Who sits in which call, for the in-process stores; under the embedded lock. One seat a user, by the key.</summary>
internal sealed class InMemorySeats
{
    public Dictionary<Guid, Seat> Rows { get; } = [];

    public bool IsSeatedLocked(Guid userId) => Rows.ContainsKey(userId);

    internal sealed class Seat(Guid callId, string? connectionId, string? wishes)
    {
        public Guid CallId => callId;

        public string? ConnectionId { get; set; } = connectionId;

        public DateTimeOffset? AwaySince { get; set; }

        public string? Wishes => wishes;
    }
}
