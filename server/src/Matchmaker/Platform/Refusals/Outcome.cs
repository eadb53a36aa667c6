namespace Matchmaker.Platform.Refusals;

/// <summary>Either a value or a refusal; what every use case answers.</summary>
internal readonly struct Outcome<T>
{
    private Outcome(T? value, Refusal? no)
    {
        Value = value;
        No = no;
    }

    /// <summary>The value; default when refused.</summary>
    public T? Value { get; }

    /// <summary>Why not; null when there is a value.</summary>
    public Refusal? No { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal no) => new(default, no);
}
