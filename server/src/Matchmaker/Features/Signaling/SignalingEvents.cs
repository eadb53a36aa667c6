using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>What the browser is told by its partner.</summary>
internal static class SignalingEvents
{
    /// <summary>Three arguments: call, kind, data as it came.</summary>
    public static readonly ClientEvent Signal = new("signal");
}
