using System.Reflection;

namespace Matchmaker.Platform.Settings;

/// <summary>How operators write settings: <c>MEMORY_LIMIT_MB</c> where that is set, else <c>Memory__LimitMb</c>.</summary>
internal static class SettingName
{
    private static readonly string[] _secret = ["Secret", "Token", "Password", "Credential", "Url"];

    public static string SectionOf(Type options) => (string)options.GetField("Section")!.GetRawConstantValue()!;

    public static string Of(Type options, PropertyInfo property, IConfiguration configuration) =>
        VariableOf(property) is { } variable && configuration[variable.Name] is { Length: > 0 }
            ? variable.Name
            : $"{SectionOf(options)}__{property.Name}";

    /// <summary>A key of the configuration, as a variable.</summary>
    public static string Of(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    public static VariableAttribute? VariableOf(PropertyInfo property) => property.GetCustomAttribute<VariableAttribute>();

    /// <summary>True for what must not be shown. (An address may hold a password.)</summary>
    public static bool IsSecret(PropertyInfo property) =>
        property.PropertyType == typeof(string) && _secret.Any(word => property.Name.EndsWith(word, StringComparison.Ordinal));
}
