using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Chat;

/// <summary>Chat of a live call: a line is durable before anybody hears of it, and is told once.</summary>
internal sealed class Chat(Calls.Calls calls, IChatStore store, ToldLines told, IOutbox outbox, ICarrier carrier, TimeProvider time)
{
    /// <summary>Lines that a connection gets which takes over a call.</summary>
    public const int LastLines = 100;

    /// <summary>Characters of one line, after NFC.</summary>
    public const int MaxText = 500;

    private const int MaxClientId = 64;

    public async Task<Outcome<ChatSent>> Send(Connection from, Guid callId, string? clientId, string? text)
    {
        if (clientId is not { Length: > 0 and <= MaxClientId } || !clientId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return CommonRefusals.InvalidArgument("clientId", "1 to 64 letters, digits, '-' or '_'.");
        }

        if (!PlainText.TryRead(text, MaxText, out var clean))
        {
            return CommonRefusals.InvalidArgument("text", $"1 to {MaxText} characters, none of them control characters.");
        }

        var found = await calls.RequireHere(from, callId);
        if (found.Value is not { } call)
        {
            return found.No!;
        }

        var line = await store.Add(new NewLine(callId, from.UserId, clientId, clean));
        if (line.IsNew)
        {
            Tell(call.SeatOf(from.UserId), call, View(line));
            Tell(call.PartnerOf(from.UserId), call, ViewOfOther(line));
        }

        return new ChatSent(View(line).Id, line.At);
    }

    /// <summary>The last lines of a running call, oldest first, for a connection that has taken it over.</summary>
    public async Task<IReadOnlyList<ChatLine>> Missed(LiveCall call, string connectionId)
    {
        var lines = await store.LastOf(call.CallId, LastLines);
        foreach (var line in lines.Where(l => l.At > time.GetUtcNow() - ToldLines.KeepFor))
        {
            told.Add(connectionId, line.Id);
        }

        return Views(lines);
    }

    /// <summary>The last lines of a call that is over, oldest first.</summary>
    public async Task<IReadOnlyList<ChatLine>> Transcript(Guid callId, int limit) => Views(await store.Transcript(callId, limit));

    /// <summary>A line as the partner of whoever said it sees it.</summary>
    public static ChatLine ViewOfOther(StoredLine l) => View(l) with { ClientId = null };

    private static ChatLine View(StoredLine l) =>
        new(l.CallId, l.Id, l.ClientId, l.From, l.Text, l.At);

    private static IReadOnlyList<ChatLine> Views(IReadOnlyList<StoredLine> lines) => [.. lines.Select(ViewOfOther)];

    private void Tell(LiveSeat seat, LiveCall call, ChatLine line)
    {
        string? to;
        lock (call.Gate)
        {
            to = seat.ConnectionId;
        }

        if (calls.IsElsewhere(to))
        {
            carrier.Tell(ChatTopics.Line, new LineTold(to!, line));
        }
        else if (to is not null && told.Add(to, line.Id))
        {
            outbox.ToConnection(to, ChatEvents.Chat, line);
        }
    }
}
