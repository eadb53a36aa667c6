using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Reports;

/// <summary>What instances tell each other about reports.</summary>
internal static class ReportTopics
{
    public static readonly Topic<NotWritten> NotWritten = Topic.Json<NotWritten>("reports.not_written");
}

/// <summary>Somebody reported a call, and the database was away: whoever has the call ends it.</summary>
internal sealed record NotWritten(Guid CallId, Guid Reporter);
