namespace Matchmaker.Load.Wire;

/// <summary>The server (or the network) said no; the code is what the report counts by.</summary>
internal sealed class RefusedException(string code, string message, int? retryAfterSeconds = null) : Exception($"{code}: {message}")
{
    public string Code { get; } = code;

    public int? RetryAfterSeconds { get; } = retryAfterSeconds;
}
