using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>Invites of the last minute, by sender and by recipient.</summary>
internal sealed class InviteRates(TimeProvider time)
{
    public KeyedRates<Guid> Sent { get; } = new(time);

    public KeyedRates<Guid> Received { get; } = new(time);
}
