namespace Matchmaker.Features.Signaling;

/// <summary>
/// Servers with one name and password for everybody, as some hosts sell them. Whoever was in one call can use them until
/// they are changed there.
/// </summary>
internal sealed class StaticIceServerSource(IReadOnlyList<TurnUrl> urls, string username, string credential) : IIceServerSource
{
    public string Provider => "static";

    public IReadOnlyList<TurnUrl> Urls => urls;

    public IceServer Admit(string user, IEnumerable<TurnUrl> urls, DateTimeOffset expires) =>
        new([.. urls.Select(url => url.Text)], username, credential);
}
