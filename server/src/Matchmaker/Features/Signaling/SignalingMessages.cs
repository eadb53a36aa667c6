using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>What a signal is; the server looks no further into it.</summary>
internal enum SignalKind
{
    Offer,
    Answer,
    Ice,
    Restart,
}

/// <summary>A signal that was sent while the receiver was away. The last seconds before may come twice.</summary>
internal sealed record MissedSignal(SignalKind Kind, RawJson Data);

/// <summary>One entry for <c>RTCPeerConnection</c>.</summary>
internal sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);

internal sealed record IceServersResponse(IReadOnlyList<IceServer> IceServers, DateTimeOffset ExpiresAt, string Provider);
