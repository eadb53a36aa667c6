using System.ComponentModel;
using System.Globalization;

namespace Matchmaker.Platform.Settings;

/// <summary>Settings as text: what is expected, what was given.</summary>
internal static class SettingText
{
    /// <summary>What a value of this type is called.</summary>
    public static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(TimeSpan) => "a duration, written days.hours:minutes:seconds (00:00:10)",
        var t when t == typeof(double) => "a number",
        var t when t.IsEnum => $"one of {string.Join(", ", Enum.GetNames(t))}",
        var t when t.IsPrimitive => "a whole number",
        _ => "a text",
    };

    /// <summary>The same conversion that the binder does.</summary>
    public static bool IsReadable(string text, Type type)
    {
        if (type == typeof(string) || type == typeof(object) || (text.Length == 0 && Nullable.GetUnderlyingType(type) is not null))
        {
            return true;
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException || e.InnerException is FormatException or OverflowException)
        {
            return false;
        }
    }

    public static string Of(object? value) => value switch
    {
        TimeSpan duration => duration.Ticks % TimeSpan.TicksPerSecond == 0 ? duration.ToString("c") : duration.ToString("c").TrimEnd('0'),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>What was given, in one line that is not too long.</summary>
    public static string Given(string? text) => text switch
    {
        null or "" => "empty",
        { Length: > 100 } => $"'{Plain(text[..100])}…'",
        _ => $"'{Plain(text)}'",
    };

    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
