namespace Matchmaker.Features.Signaling;

/// <summary>No relay: browsers reach each other directly or not at all.</summary>
internal sealed class NoIceServerSource : IIceServerSource
{
    public string Provider => "none";

    public IReadOnlyList<TurnUrl> Urls => [];

    public IceServer Admit(string user, IEnumerable<TurnUrl> urls, DateTimeOffset expires) => new([]);
}
