namespace Matchmaker.Features.Accounts;

/// <summary>Log events 2000-2099.</summary>
internal static partial class AccountLog
{
    [LoggerMessage(2000, LogLevel.Information, "User {UserId} signed up as a guest")]
    public static partial void SignedUp(ILogger logger, Guid userId);

    [LoggerMessage(2001, LogLevel.Information, "User {UserId} erased the account")]
    public static partial void Erased(ILogger logger, Guid userId);

    [LoggerMessage(2002, LogLevel.Warning, "A session could not be looked up: the database did not answer")]
    public static partial void LookupFailed(ILogger logger);
}
