namespace Matchmaker.Features.Admin;

/// <summary>What somebody at the console may do: each role all that the ones before it may.</summary>
internal enum AdminRole
{
    /// <summary>Reads cases, without chat.</summary>
    Viewer,

    /// <summary>Decides cases: claims, reads chat, warns, holds, bans for days.</summary>
    Moderator,

    /// <summary>Bans for good, bans addresses, decides appeals, reads the audit log.</summary>
    Senior,

    /// <summary>Manages the accounts.</summary>
    Admin,
}
