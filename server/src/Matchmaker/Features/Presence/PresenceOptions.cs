using System.ComponentModel.DataAnnotations;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Features.Presence;

/// <summary>Connections and the lobby. Section <c>Presence</c>; the first three also as variables.</summary>
internal sealed class PresenceOptions
{
    public const string Section = "Presence";

    /// <summary>Connections of this instance (<c>MAX_CONNECTIONS</c>): what one small process can bear.</summary>
    [Range(1, 100_000)]
    [Variable("MAX_CONNECTIONS")]
    public int MaxConnections { get; set; } = 1200;

    /// <summary>
    /// Connections of all instances together (<c>MAX_CONNECTIONS_CLUSTER</c>): what the database behind them, or the
    /// operator's purse, can bear. None by default: each instance has its own limit.
    /// </summary>
    [Range(1, 1_000_000)]
    [Variable("MAX_CONNECTIONS_CLUSTER")]
    public int? MaxConnectionsCluster { get; set; }

    /// <summary>Connections a user over all instances (<c>MAX_CONNECTIONS_PER_USER</c>): two tabs.</summary>
    [Range(1, 10)]
    [Variable("MAX_CONNECTIONS_PER_USER")]
    public int MaxConnectionsPerUser { get; set; } = 2;

    /// <summary>How long a hub ticket may be used: the browser connects right after it asked.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:01:00")]
    public TimeSpan HubTicketLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a place in queue or lobby, or in a call, is kept without a connection.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an instance counts as alive after it renewed; renewed at a third of it.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:02:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>Changes in the lobby are merged over this time: nobody sees more than four updates a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:05")]
    public TimeSpan LobbyInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>People an instance keeps in its lobby, at most 400 bytes each.</summary>
    [Range(100, 100_000)]
    public int LobbyCapacity { get; set; } = 10_000;
}
