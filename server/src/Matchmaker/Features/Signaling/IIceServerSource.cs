namespace Matchmaker.Features.Signaling;

/// <summary>Where the relay comes from that browsers use when they cannot reach each other.</summary>
internal interface IIceServerSource
{
    /// <summary>As <c>provider</c> in the answer; told only while one of the servers works.</summary>
    string Provider { get; }

    /// <summary>None: there is no relay.</summary>
    IReadOnlyList<TurnUrl> Urls { get; }

    /// <summary>A way in for this user, at these of the addresses, until then.</summary>
    IceServer Admit(string user, IEnumerable<TurnUrl> urls, DateTimeOffset expires);
}
