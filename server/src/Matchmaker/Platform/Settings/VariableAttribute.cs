namespace Matchmaker.Platform.Settings;

/// <summary>The environment variable that sets this property, before the key of its section.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class VariableAttribute(string name) : Attribute
{
    public string Name => name;

    /// <summary>The variable is a whole number of milliseconds, the property a duration.</summary>
    public bool IsMilliseconds { get; init; }
}
