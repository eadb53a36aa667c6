using System.Text.Json;
using System.Text.Json.Serialization;

namespace Matchmaker.Load.Wire;

// What of the contract's payloads the driver reads and writes. A missing field is an error, an unknown one is not.
internal sealed record GuestRequest(string Name, string Gender, bool Adult);

internal sealed record GuestAnswer(string Token, SelfCard User);

internal sealed record SelfCard(string Id);

internal sealed record TicketRequest(string Tab);

internal sealed record TicketAnswer(string Ticket);

internal sealed record ProblemAnswer(string? Code = null, string? Title = null, string? Detail = null, int? RetryAfterSeconds = null);

internal sealed record Card(string Id, string Name, string Gender, string[] Languages, string[] Interests);

internal sealed record CallStarted(
    string CallId,
    Card Partner,
    int CallSeconds,
    string EndsAt,
    int RemainingSeconds,
    bool Initiator,
    bool Polite,
    string Origin,
    bool Here);

internal sealed record CallEnded(string CallId, string Reason, int Seconds, string Recorded);

internal sealed record InviteReceived(string InviteId, Card From, int CallSeconds, string ExpiresAt, int RemainingSeconds);

internal sealed record ChatMessage(string CallId, string Id, string From, string Text, string At);

internal sealed record ResumeValue(
    string Status, JsonElement Invites, JsonElement Missed, string ServerTime, string Instance, QueueValue? Queue = null, CallStarted? Call = null);

internal sealed record Draining(int ReconnectInSeconds);

internal sealed record LobbyPerson(string Id);

internal sealed record LobbySnapshot(int Version, int Total, LobbyPerson[] People);

internal sealed record LobbyChanged(int Version, int Total, LobbyPerson[]? Added = null, string[]? Removed = null);

internal sealed record QueueValue(int Position, int Waiting, int EstimatedWaitSeconds);

internal sealed record InviteValue(string InviteId, int RemainingSeconds);

internal sealed record AcceptValue(string CallId);

internal sealed record ChatValue(string Id, string At);

internal sealed record EndValue(int Seconds, string Recorded);

internal sealed record HistoryPage(HistoryEntry[] Calls, string? NextCursor = null);

internal sealed record HistoryEntry(string CallId, Card Partner, int Seconds, string Reason, string Origin);

internal sealed record HistoryDetail(string CallId, HistoryLine[] Messages);

internal sealed record HistoryLine(string Id, string From);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GuestRequest))]
[JsonSerializable(typeof(GuestAnswer))]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(TicketAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(CallStarted[]))]
[JsonSerializable(typeof(CallEnded[]))]
[JsonSerializable(typeof(InviteReceived[]))]
[JsonSerializable(typeof(ChatMessage[]))]
[JsonSerializable(typeof(ResumeValue))]
[JsonSerializable(typeof(Draining[]))]
[JsonSerializable(typeof(LobbySnapshot))]
[JsonSerializable(typeof(LobbyChanged[]))]
[JsonSerializable(typeof(QueueValue))]
[JsonSerializable(typeof(InviteValue))]
[JsonSerializable(typeof(AcceptValue))]
[JsonSerializable(typeof(ChatValue))]
[JsonSerializable(typeof(EndValue))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(HistoryDetail))]
[JsonSerializable(typeof(Crowd.LedgerLine))]
internal sealed partial class Messages : JsonSerializerContext;
