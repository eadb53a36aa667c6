using System.ComponentModel.DataAnnotations;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Features.Signaling;

/// <summary>Signals and ICE servers. Section <c>Signaling</c>; <c>TURN_URLS</c> and <c>TURN_SECRET</c> also as variables.</summary>
internal sealed class SignalingOptions
{
    public const string Section = "Signaling";

    /// <summary>Largest <c>data</c> of one signal in bytes; an offer with every codec has about 6 KB.</summary>
    [Range(1024, 65_536)]
    public int MaxSignalBytes { get; set; } = 64 * 1024;

    /// <summary>What is kept for a partner who is away, for each direction of a call.</summary>
    [Range(1024, 1_048_576)]
    public int MaxKeptBytes { get; set; } = 128 * 1024;

    /// <summary>The same of all calls together, in bytes: a thousand set-ups at once. Beyond it the next ones restart ICE.</summary>
    [Range(1_048_576, 1_073_741_824)]
    public long MaxKeptBytesOfAll { get; set; } = 32 * 1024 * 1024;

    /// <summary>Candidates kept beside the last description.</summary>
    [Range(1, 1000)]
    public int MaxKeptCandidates { get; set; } = 64;

    /// <summary>Older signals are worth nothing: by then ICE has to start anew.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Addresses of STUN servers; none by default: this server asks nobody outside.</summary>
    public IList<string> StunUrls { get; } = [];

    /// <summary>Addresses of TURN servers (turn:host:port?transport=udp), from <c>TURN_URLS</c>, separated by commas; at most 8.</summary>
    public IList<string> TurnUrls { get; } = [];

    /// <summary>The secret shared with coturn (use-auth-secret), at least 16 characters. Never logged.</summary>
    [Variable("TURN_SECRET")]
    public string? TurnSecret { get; set; }

    /// <summary>For servers that share no secret: the one name for everybody.</summary>
    public string? TurnUsername { get; set; }

    /// <summary>Its password. Never logged.</summary>
    public string? TurnCredential { get; set; }

    /// <summary>How long TURN credentials hold: a call of the greatest length and its set-up.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "02:00:00")]
    public TimeSpan TurnLifetime { get; set; } = TimeSpan.FromMinutes(45);

    /// <summary>How often one user is given credentials in a minute: a call asks once, and again when it starts over.</summary>
    [Range(1, 1000)]
    public int TurnIssuesPerMinute { get; set; } = 6;

    /// <summary>
    /// How often the servers are looked at, which is how long people may be sent to one that does not work. Zero: never, for
    /// an instance that cannot reach what browsers can.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan TurnCheckEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>For one look at a server; a lost packet is sent again after 0.5 s and after 1.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan TurnCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
