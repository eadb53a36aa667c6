using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Tests.Guards;

/// <summary>How protocol.md writes what the code declares.</summary>
internal static partial class WireNames
{
    private static readonly NullabilityInfoContext _nullability = new();

    // Beside those of the features' …Messages.cs.
    private static readonly Type[] _others =
    [
        typeof(Card), typeof(ResumeRequest), typeof(ResumeValue), typeof(Missed), typeof(Reply), typeof(ReplyError),
        typeof(ReadinessReport), typeof(HealthSummary),
    ];

    /// <summary>Every record that travels by itself, by its name.</summary>
    public static IReadOnlyDictionary<string, Type> Shapes { get; } = FindShapes();

    /// <summary>Every set of words in a shape or an argument, by its name.</summary>
    public static IReadOnlyDictionary<string, Type> Words { get; } = Shapes.Values.SelectMany(WordsOf)
        .Concat(HubTests.Methods.SelectMany(m => m.GetParameters()).Select(p => Plain(p.ParameterType)).Where(t => t.IsEnum))
        .Distinct().ToDictionary(t => t.Name);

    /// <summary>The sets of words in a shape.</summary>
    public static IEnumerable<Type> WordsOf(Type shape) => shape.GetProperties().Select(p => Plain(p.PropertyType)).Where(t => t.IsEnum);

    /// <summary><c>`name?` | type</c> of each field; a question mark where it may be absent.</summary>
    public static IEnumerable<string> Fields(Type shape) =>
        from property in shape.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null
        select Field(property.Name, property.PropertyType, _nullability.Create(property));

    /// <summary><c>Method(name: type, …)</c>; services do not travel.</summary>
    public static string Signature(MethodInfo method, Func<Type, bool> isService) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Where(p => !isService(p.ParameterType)).Select(Argument))})";

    public static IEnumerable<string> Values(Type words) =>
        Enum.GetNames(words).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    /// <summary>Types inside this one that travel with it.</summary>
    public static IEnumerable<Type> Inner(Type shape) =>
        shape.GetProperties().Select(p => Plain(p.PropertyType)).Where(t => t.Assembly == shape.Assembly && !t.IsEnum && t != typeof(RawJson));

    private static string Argument(ParameterInfo parameter)
    {
        var optional = IsOptional(parameter.ParameterType, _nullability.Create(parameter));
        return $"{parameter.Name}{(optional ? "?" : "")}: {TypeName(parameter.ParameterType)}";
    }

    private static string Field(string name, Type type, NullabilityInfo nullability) =>
        $"`{JsonNamingPolicy.CamelCase.ConvertName(name)}{(IsOptional(type, nullability) ? "?" : "")}` | {TypeName(type)}";

    private static bool IsOptional(Type type, NullabilityInfo nullability) =>
        Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && nullability.ReadState == NullabilityState.Nullable);

    private static string TypeName(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? TypeName(value)
        : type == typeof(Guid) ? "id"
        : type == typeof(string) ? "text"
        : type == typeof(bool) ? "boolean"
        : type == typeof(int) || type == typeof(long) || type == typeof(double) ? "number"
        : type == typeof(DateTimeOffset) ? "time"
        : type == typeof(RawJson) || type == typeof(object) ? "json"
        : type.IsGenericType && type.GetGenericArguments() is [var item] ? TypeName(item) + "[]"
        : type.IsGenericType ? "map"
        : type.Name;

    private static Type Plain(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? value
        : type.IsGenericType && type.GetGenericArguments() is [var item] ? Plain(item)
        : type;

    private static Dictionary<string, Type> FindShapes()
    {
        var declared = from file in Repository.Server
                       where file.Name.EndsWith("Messages.cs", StringComparison.Ordinal)
                       let space = Namespace().Match(file.Code).Groups[1].Value
                       from Match record in DeclaredRecord().Matches(file.Code)
                       select typeof(MatchmakerHub).Assembly.GetType($"{space}.{record.Groups[1].Value}", throwOnError: true)!;
        return declared.Concat(_others).ToDictionary(t => t.Name);
    }

    [GeneratedRegex(@"\bnamespace\s+([\w.]+)")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\brecord\s+(\w+)")]
    private static partial Regex DeclaredRecord();
}
