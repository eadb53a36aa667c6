using System.Reflection;
using System.Text.RegularExpressions;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Tests.Guards;

/// <summary>
/// Codes are what clients branch on. One may stand in two catalogues only when it asks the same of a client: to try
/// again later, or not.
/// </summary>
public sealed partial class RefusalTests
{
    /// <summary>Every refusal of every catalogue; those that take arguments too.</summary>
    internal static IReadOnlyList<(Type Catalogue, Refusal Refusal)> All { get; } =
    [
        .. from type in typeof(MatchmakerHub).Assembly.GetTypes()
           from refusal in Fields(type).Concat(Methods(type))
           select (type, refusal),
    ];

    [Fact]
    public void Every_refusal_stands_in_a_catalogue()
    {
        Assert.NotEmpty(All);
        Guard.None(All.Where(r => !r.Catalogue.Name.EndsWith("Refusals", StringComparison.Ordinal)).Select(r => $"{r.Refusal.Code} in {r.Catalogue.Name}"));
        Guard.None(Repository.Server.Where(f => !f.Name.EndsWith("Refusals.cs", StringComparison.Ordinal) && Made().IsMatch(f.Code)).Select(f => f.Path));
    }

    [Fact]
    public void Every_code_is_in_snake_case() => Guard.None(All.Select(r => r.Refusal.Code).Where(c => !SnakeCase().IsMatch(c)));

    [Fact]
    public void No_catalogue_has_a_code_twice() => Guard.None(
        All.GroupBy(r => (r.Catalogue, r.Refusal.Code)).Where(g => g.Count() > 1).Select(g => $"{g.Key.Catalogue.Name}: {g.Key.Code}"));

    [Fact]
    public void A_code_asks_the_same_of_a_client_in_every_catalogue() => Guard.None(
        from code in All.GroupBy(r => r.Refusal.Code)
        where code.Select(r => (r.Refusal.RetryAfterSeconds is null, r.Refusal.Field)).Distinct().Count() > 1
        select $"{code.Key} in {string.Join(" and ", code.Select(r => r.Catalogue.Name))}");

    private static IEnumerable<Refusal> Fields(Type type) =>
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.FieldType == typeof(Refusal)
        select (Refusal)field.GetValue(null)!;

    private static IEnumerable<Refusal> Methods(Type type) =>
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where method.ReturnType == typeof(Refusal) && type.Name.EndsWith("Refusals", StringComparison.Ordinal)
        select (Refusal)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!;

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType == typeof(string) ? ""
        : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
        : null;

    [GeneratedRegex(@"\bnew\s+Refusal\s*\(|\bRefusal\??\s+\w+\s*(=>?|\([^)]*\)\s*=>)\s*new\s*\(")]
    private static partial Regex Made();

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();
}
