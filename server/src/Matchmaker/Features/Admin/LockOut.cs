namespace Matchmaker.Features.Admin;

/// <summary>
/// How long to wait after wrong passwords or codes. Pure. Attempts are counted for an account and a network together, so
/// whoever guesses locks out nobody but those who share the network, and not even them: an account that has signed in
/// from there before only pauses.
/// </summary>
internal static class LockOut
{
    /// <summary>After <paramref name="attempts"/> in a row without a success; zero while the next may follow at once.</summary>
    /// <param name="isKnown">The account has signed in from this network before.</param>
    public static TimeSpan After(int attempts, bool isKnown, AdminOptions options)
    {
        if (attempts < options.FreeAttempts)
        {
            return TimeSpan.Zero;
        }

        var doubled = options.LockOut.TotalSeconds * Math.Pow(2, attempts - options.FreeAttempts);
        return isKnown ? options.PauseAtKnownNetwork : TimeSpan.FromSeconds(Math.Min(doubled, options.LongestLockOut.TotalSeconds));
    }
}
