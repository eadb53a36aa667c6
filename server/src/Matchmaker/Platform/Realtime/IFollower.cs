namespace Matchmaker.Platform.Realtime;

/// <summary>Follows what other instances tell (it listens from its construction on), and finds out from the rows what it missed.</summary>
internal interface IFollower
{
    /// <summary>Asks the rows about the users of this instance and does what would have been done on hearing of it.</summary>
    Task CatchUp();
}
