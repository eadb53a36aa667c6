namespace Matchmaker.Platform.Refusals;

/// <summary>What every hub method answers: <c>{ ok: true, value }</c> or <c>{ ok: false, error }</c>.</summary>
internal sealed record Reply(bool Ok, object? Value, ReplyError? Error)
{
    /// <summary>The answer of a command that has nothing to tell.</summary>
    public static readonly Reply Done = new(true, Nothing.Value, null);

    public static Reply Yes(object value) => new(true, value, null);

    public static Reply Refuse(Refusal no) => new(false, null, new ReplyError(no.Code, no.Message, no.RetryAfterSeconds, no.Field));

    public static Reply From<T>(Outcome<T> outcome) => outcome.No is { } no ? Refuse(no) : Yes(outcome.Value!);
}

/// <summary>A refusal as it travels.</summary>
internal sealed record ReplyError(string Code, string Message, int? RetryAfterSeconds, string? Field);

/// <summary>The value of a command that has nothing to tell: <c>{}</c>.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Value = new();
}
