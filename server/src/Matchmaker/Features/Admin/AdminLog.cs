namespace Matchmaker.Features.Admin;

/// <summary>Log events 7000-7099.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(7000, LogLevel.Information, "Admin {AdminId} signed in at the console")]
    public static partial void SignedIn(ILogger logger, Guid adminId);

    [LoggerMessage(7001, LogLevel.Warning, "Somebody failed to sign in at the console as admin {AdminId} ({Why})")]
    public static partial void SignInFailed(ILogger logger, Guid? adminId, string why);

    [LoggerMessage(7002, LogLevel.Warning, "A sign-in at the console has to wait {Seconds} s after wrong ones")]
    public static partial void SignInWaits(ILogger logger, int seconds);

    [LoggerMessage(7003, LogLevel.Warning, "A session of the console could not be looked up: the database did not answer")]
    public static partial void LookupFailed(ILogger logger);

    [LoggerMessage(7004, LogLevel.Warning, "The console was not told of changes: the database did not answer")]
    public static partial void WatchFailed(ILogger logger);
}
