using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Matchmaker.Features.Admin;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;

namespace Matchmaker.Tests.Guards;

/// <summary>protocol.md says what the code does, no less and no more.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed partial class ProtocolTests(BuiltServer server)
{
    private static readonly MarkdownDocument _document = new("server/docs/protocol.md");

    // Their refusals travel as replies, which have no status.
    private static readonly Type[] _hubOnly = [typeof(CallRefusals), typeof(MatchingRefusals)];

    [Fact]
    public void Every_route_is_described_with_who_may_call_it_and_no_other() => Guard.Same(
        from endpoint in Routes()
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        let who = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "anyone"
            : endpoint.Metadata.GetMetadata<ForAdmin>() is { } admin ? admin.Role.ToString().ToLowerInvariant()
            : endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null ? "user"
            : endpoint.Metadata.GetMetadata<ForOperator>() is not null ? "operator" : "anyone"
        select $"{method} {Pattern(endpoint)}: {who}",
        _document.Rows("HTTP").Concat(_document.Rows("Console").Where(IsRoute)).Select(r => $"{Marked(r[0])}: {r[1]}"));

    [Fact]
    public void Every_hub_method_is_described_with_its_arguments_and_no_other()
    {
        var services = server.Services.Select(s => s.ServiceType).ToHashSet();
        Guard.Same(
            HubTests.Methods.Select(m => WireNames.Signature(m, services.Contains)),
            _document.Rows("Hub methods").Select(r => Marked(r[0])));
    }

    [Fact]
    public void Every_budget_is_told() => Guard.Same(
        HubTests.Methods.Select(m => $"{m.Name}: {m.GetCustomAttribute<HubLimitAttribute>()?.Budget.ToString().ToLowerInvariant()}"),
        _document.Rows("Hub methods").Select(r => $"{Marked(r[0]).Split('(')[0]}: {r[2]}"));

    [Fact]
    public void Every_event_is_described_and_no_other() =>
        Guard.Same(Events(), EventRows().Select(r => Marked(r[0])));

    /// <summary>An event whose name is that of a shape carries that shape.</summary>
    [Fact]
    public void An_event_carries_the_shape_of_its_name() => Guard.None(
        from row in EventRows()
        let name = Marked(row[0])
        let shape = char.ToUpperInvariant(name[0]) + name[1..]
        where WireNames.Shapes.ContainsKey(shape) && row[1] != $"`{shape}`"
        select $"{name} carries {row[1]}");

    [Fact]
    public void Every_shape_is_described_and_no_other() => Guard.Same(
        WireNames.Shapes.Keys, ShapeTables().Select(t => t.Key));

    /// <summary>In the answers too: whether a field may be absent. (Of what is sent, the code lets more be absent than is allowed.)</summary>
    [Fact]
    public void Every_field_is_described_with_its_type_and_no_other() => Guard.Same(
        from shape in WireNames.Shapes
        from field in WireNames.Fields(shape.Value)
        select $"{shape.Key}: {Loose(shape.Key, field)}",
        from shape in ShapeTables()
        from row in shape.Value
        select $"{shape.Key}: {Loose(shape.Key, $"{row[0]} | {row[1].Replace("`", "")}")}");

    [Fact]
    public void What_travels_inside_a_shape_is_a_shape() => Guard.None(
        from shape in WireNames.Shapes.Values
        from inner in WireNames.Inner(shape)
        where !WireNames.Shapes.ContainsKey(inner.Name)
        select $"{inner.Name} in {shape.Name}");

    [Fact]
    public void Every_set_of_words_is_described_and_no_other() => Guard.Same(
        WireNames.Words.Select(w => $"{w.Key}: {string.Join(' ', WireNames.Values(w.Value))}"),
        _document.Rows("Words").Select(r => $"{Marked(r[0])}: {string.Join(' ', MarkdownDocument.Marked(r[1]))}"));

    [Fact]
    public void Every_code_is_described_and_no_other() =>
        Guard.Same(RefusalTests.All.Select(r => r.Refusal.Code).Distinct(), _document.Rows("Codes").Select(r => Marked(r[0])));

    [Fact]
    public void Every_code_is_told_with_its_status_and_whether_to_try_again() => Guard.None(
        from row in _document.Rows("Codes")
        from refusal in RefusalTests.All
        where refusal.Refusal.Code == Marked(row[0])
        let overHttp = !_hubOnly.Contains(refusal.Catalogue) && refusal.Refusal != CommonRefusals.UnknownMethod
        where (overHttp && row[1] != refusal.Refusal.Status.ToString(CultureInfo.InvariantCulture))
            || (refusal.Refusal.RetryAfterSeconds is not null && row[2] == "no")
        select $"{refusal.Refusal.Code}: {refusal.Refusal.Status}, again after {refusal.Refusal.RetryAfterSeconds}");

    /// <summary>Also between the tables nothing is named that does not exist.</summary>
    [Fact]
    public void Nothing_is_named_that_does_not_exist()
    {
        var known = WireNames.Shapes.Keys.Concat(WireNames.Words.Keys).Concat(HubTests.Methods.Select(m => m.Name)).ToHashSet();
        var paths = Routes().Select(Pattern).Append("/hub").Append("/hubs/admin").ToHashSet();
        var names = _document.Marked().Where(m => TypeLike().IsMatch(m)).Select(m => m.Split('(')[0]);
        var addresses = _document.Marked().Select(m => PathLike().Match(m).Groups[1].Value).Where(p => p.Length > 0);
        Guard.None(names.Except(known).Concat(addresses.Except(paths)));
    }

    private static IEnumerable<string[]> EventRows() => _document.Rows("Hub events").Concat(_document.Rows("Console").Where(r => !IsRoute(r)));

    private static IEnumerable<KeyValuePair<string, string[][]>> ShapeTables() =>
        _document.Tables("Shapes").Concat(_document.Tables("Console shapes"));

    private static bool IsRoute(string[] row) => row[0].Contains(" /", StringComparison.Ordinal);

    private static IEnumerable<string> Events()
    {
        var declared = (from type in typeof(MatchmakerHub).Assembly.GetTypes()
                        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                        where field.FieldType == typeof(ClientEvent)
                        select (type, ((ClientEvent)field.GetValue(null)!).Name)).ToList();
        Guard.None(declared.Where(e => !e.type.Name.EndsWith("Events", StringComparison.Ordinal)).Select(e => $"{e.Name} in {e.type.Name}"));
        Guard.None(Repository.Server.Where(f => !f.Name.EndsWith("Events.cs", StringComparison.Ordinal) && f.Code.Contains("new ClientEvent(")).Select(f => f.Path));
        return declared.Select(e => e.Name);
    }

    private IEnumerable<RouteEndpoint> Routes() => server.Endpoints.Where(e =>
        e.Metadata.GetMetadata<StaticAssetDescriptor>() is null && e.Metadata.GetMetadata<HubMetadata>() is null
        && e.RoutePattern.Parameters.All(p => !p.IsCatchAll));

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static string Marked(string cell) => MarkdownDocument.Marked(cell).First();

    private static string Loose(string shape, string field) =>
        shape.EndsWith("Request", StringComparison.Ordinal) ? field.Replace("?", "") : field;

    // A shape, a set of words or a method, perhaps with its arguments.
    [GeneratedRegex(@"^[A-Z][a-z]+([A-Z][a-z]+)*(\(.*\))?$")]
    private static partial Regex TypeLike();

    [GeneratedRegex(@"^(?:[A-Z]+ )?(/(?:api|health|version|hub)[\w/{}-]*)")]
    private static partial Regex PathLike();
}
