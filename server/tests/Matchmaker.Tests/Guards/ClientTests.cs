using System.Text.RegularExpressions;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Signaling;

namespace Matchmaker.Tests.Guards;

/// <summary>The client library's contract.ts, shapes.ts and exported.ts declare what the server does, no less and no more.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed partial class ClientTests(BuiltServer server)
{
    private static readonly ClientSource _client = new("sdk/src/contract", "sdk/src/shapes", "sdk/src/exported");
    private static readonly MarkdownDocument _document = new("server/docs/protocol.md");

    // Where the client has a word of its own: a person who writes a page thinks of calls, not of views.
    private static readonly Dictionary<string, string> _called = new()
    {
        ["AcceptValue"] = "CallAccepted",
        ["CallOrigin"] = "Origin",
        ["CallView"] = "Call",
        ["ChatLine"] = "ChatMessage",
        ["EndCallValue"] = "CallClosed",
        ["GuestRequest"] = "GuestSignIn",
        ["HistoryEntry"] = "HistoryCall",
        ["HistoryPage"] = "History",
        ["HubTicketResponse"] = "HubTicket",
        ["IceServersResponse"] = "IceServers",
        ["InviteValue"] = "Invited",
        ["InviteView"] = "LiveInvite",
        ["LobbyPage"] = "Lobby",
        ["LobbyPerson"] = "Person",
        ["LobbyWishes"] = "LobbyWatch",
        ["MissedSignal"] = "Signal",
        ["NextValue"] = "MovedOn",
        ["ProfileRequest"] = "Profile",
        ["ResumeRequest"] = "ResumeOptions",
        ["ResumeValue"] = "Resumed",
        ["SignedIn"] = "Session",
    };

    // For operators; and Reply, which is a choice of two forms there.
    private static readonly string[] _notInClient =
    [
        "ReadinessReport", "HealthSummary", "Reply",
        .. WireNames.Shapes.Values.Where(IsConsoles).Select(t => t.Name),
    ];

    // Part of version 1, and heard by the client before this server says it. Whoever makes the server say it takes it out here.
    private static readonly string[] _ahead =
    [
        "LiveInvite: rev?: number", "InviteExtended: rev?: number",
    ];

    // Refusals to admins, who have a client of their own.
    private static readonly string[] _toAdmins =
    [
        "already_decided", "same_decider", "too_many_bans", "claimed", "wrong_credentials", "admin_session_ended", "email_taken",
    ];

    private static readonly HashSet<string> _consoleWords = [.. WireNames.Words.Keys.Except(
        from shape in WireNames.Shapes.Values.Where(s => !IsConsoles(s))
        from word in WireNames.WordsOf(shape)
        select word.Name).Except(HubTests.Methods.SelectMany(m => m.GetParameters()).Select(p => p.ParameterType.Name))];

    [Fact]
    public void The_client_knows_every_shape_and_no_other() => Same(
        WireNames.Shapes.Keys.Except(_notInClient).Select(Called),
        _client.Interfaces.Except(["HubEvents", "HubMethods"]));

    /// <summary>Of what is sent the code lets more be absent than is allowed.</summary>
    [Fact]
    public void The_client_knows_every_field_with_its_type_and_no_other() => Same(
        from shape in WireNames.Shapes
        where !_notInClient.Contains(shape.Key)
        from field in WireNames.Fields(shape.Value)
        select $"{Called(shape.Key)}: {Loose(shape.Key, Typed(field.Replace("`", "").Replace(" |", ":")))}",
        from shape in WireNames.Shapes.Keys
        where !_notInClient.Contains(shape)
        from field in _client.Fields(Called(shape))
        select $"{Called(shape)}: {Loose(shape, field.Replace("Wish[]", "string[]"))}");

    [Fact]
    public void The_client_knows_every_word_and_no_other() => Same(
        WireNames.Words.Where(w => !_consoleWords.Contains(w.Key)).Select(w => $"{Called(w.Key)}: {string.Join(' ', WireNames.Values(w.Value))}")
            .Append($"Wish: {string.Join(' ', Enum.GetValues<Widened>().Where(w => w != 0).SelectMany(Widening.Names))}"),
        _client.Words.Where(w => w.Key is not ("RefusalCode" or "ClientCode")).Select(w => $"{w.Key}: {string.Join(' ', w.Value)}"));

    [Fact]
    public void The_client_knows_every_method_with_its_arguments_and_value_and_no_other()
    {
        var services = server.Services.Select(s => s.ServiceType).ToHashSet();
        var values = _document.Rows("Hub methods").ToDictionary(r => Marked(r[0]).Split('(')[0], r => Marked(r[1]));
        Same(
            HubTests.Methods.Select(m => $"{Typed(WireNames.Signature(m, services.Contains))} => {(values[m.Name] == "{}" ? "object" : Called(values[m.Name]))}"),
            _client.Fields("HubMethods").Select(f => f.Replace(": (", "(")));
    }

    [Fact]
    public void The_client_hears_every_event_and_no_other()
    {
        Same(
            _document.Rows("Hub events").Select(r => $"event {Marked(r[0])}: {Carried(r[1])}"),
            _client.Fields("HubEvents").Append("signal: three arguments").Select(e => "event " + e));
        Guard.Same(_client.Fields("HubEvents").Select(e => e.Split(':')[0]), _client.List("hubEventNames"));
    }

    [Fact]
    public void The_client_knows_every_code_and_no_other() =>
        Same(RefusalTests.All.Select(r => r.Refusal.Code).Distinct().Except(_toAdmins).Select(c => "code " + c), _client.Words["RefusalCode"].Select(c => "code " + c));

    [Fact]
    public void The_client_checks_the_limits_of_the_server()
    {
        var checks = new ClientSource("sdk/src/checks");
        Assert.Equal(new SignalingOptions().MaxSignalBytes, checks.Number("maxSignalBytes"));
        Assert.Equal(Chat.MaxText, checks.Number("maxChatCharacters"));
        Assert.Equal(Socials.MaxCount, checks.Number("maxSocials"));
    }

    // What the client is ahead in belongs to it, and must not be in the server by now.
    private static void Same(IEnumerable<string> inServer, IEnumerable<string> inClient)
    {
        var (said, known) = (inServer.ToList(), inClient.ToList());
        Guard.None(said.Intersect(_ahead).Select(a => $"The server says it by now, so the client is not ahead: {a}"));
        Guard.Same(said.Concat(_ahead.Where(a => known.Contains(a))), known);
    }

    /// <summary>The console has a client of its own.</summary>
    internal static bool IsConsoles(Type shape) => shape.Namespace == typeof(Matchmaker.Features.Admin.AdminMe).Namespace;

    internal static string Called(string name) => _called.GetValueOrDefault(name, name);

    private static string Carried(string cell) =>
        cell == "nothing" ? "undefined" : cell.StartsWith("three", StringComparison.Ordinal) ? "three arguments" : Called(Marked(cell));

    // The types of protocol.md as the client writes them.
    private static string Typed(string text) => TypeName().Replace(text, m => m.Value switch
    {
        "id" or "text" => "string",
        "time" => "IsoTime",
        "json" => "Json",
        "map" => "Socials",
        var name => Called(name),
    });

    private static string Loose(string shape, string field) =>
        shape.EndsWith("Request", StringComparison.Ordinal) ? field.Replace("?", "") : field;

    private static string Marked(string cell) => MarkdownDocument.Marked(cell).First();

    [GeneratedRegex(@"(?<=: )\w+")]
    private static partial Regex TypeName();
}
