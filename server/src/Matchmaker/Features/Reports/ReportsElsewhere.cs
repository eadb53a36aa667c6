using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Reports;

/// <summary>Ends calls of this instance that were reported on another one while the database is away. What is in rows needs no word.</summary>
internal sealed class ReportsElsewhere : IFollower
{
    public ReportsElsewhere(Reports reports, ICarrier carrier) =>
        carrier.On(ReportTopics.NotWritten, told => reports.EndIfHere(told.CallId, told.Reporter));

    public Task CatchUp() => Task.CompletedTask;
}
