using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Matchmaker.Load.Wire;

/// <summary>The HTTP calls of a person: sign up as a guest, ask for a hub ticket, read the history.</summary>
internal sealed class HttpApi(int parallel) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = parallel,
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
    });

    public Task<GuestAnswer> SignIn(Uri server, GuestRequest guest, CancellationToken cancel) =>
        Post(new Uri(server, "/api/auth/guest"), null, guest, Messages.Default.GuestRequest, Messages.Default.GuestAnswer, cancel);

    public async Task<string> Ticket(Uri server, string token, string tab, CancellationToken cancel)
    {
        var answer = await Post(
            new Uri(server, "/api/auth/ticket"),
            token,
            new TicketRequest(tab),
            Messages.Default.TicketRequest,
            Messages.Default.TicketAnswer,
            cancel);
        return answer.Ticket;
    }

    /// <summary>The newest hundred calls of a person, or the hundred that follow <paramref name="cursor"/>.</summary>
    public Task<HistoryPage> History(Uri server, string token, string? cursor, CancellationToken cancel) =>
        Get(new Uri(server, $"/api/history?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"), token, Messages.Default.HistoryPage, cancel);

    /// <summary>One call with its chat.</summary>
    public Task<HistoryDetail> Call(Uri server, string token, string callId, CancellationToken cancel) =>
        Get(new Uri(server, $"/api/history/{callId}"), token, Messages.Default.HistoryDetail, cancel);

    public void Dispose() => _http.Dispose();

    private Task<TAnswer> Get<TAnswer>(Uri uri, string token, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel) =>
        Send(new HttpRequestMessage(HttpMethod.Get, uri), token, answerType, cancel);

    private Task<TAnswer> Post<TBody, TAnswer>(
        Uri uri,
        string? token,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancel)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
        content.Headers.ContentType = Json;
        return Send(new HttpRequestMessage(HttpMethod.Post, uri) { Content = content }, token, answerType, cancel);
    }

    private async Task<TAnswer> Send<TAnswer>(
        HttpRequestMessage message, string? token, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
    {
        using var request = message;
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await _http.SendAsync(request, cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw Refusal((int)response.StatusCode, bytes);
        }

        return JsonSerializer.Deserialize(bytes, answerType) ?? throw new RefusedException("bad_answer", $"{request.RequestUri}: null");
    }

    private static RefusedException Refusal(int status, byte[] body)
    {
        ProblemAnswer? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, Messages.Default.ProblemAnswer);
        }
        catch (JsonException)
        {
            // Not problem+json: the status alone has to do, and says that something stands before the server.
        }

        return new RefusedException(
            problem?.Code ?? $"http_{status}", problem?.Detail ?? problem?.Title ?? $"HTTP {status}", problem?.RetryAfterSeconds);
    }
}
