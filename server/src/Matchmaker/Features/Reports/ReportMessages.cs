using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Reports;

/// <summary>Body of <c>POST /api/reports</c>: about the other person in a call.</summary>
internal sealed record ReportRequest(Guid? CallId = null, Reason? Reason = null, string? Note = null);

/// <summary>Answer to it, once the report is durable; the same for whoever repeats it.</summary>
internal sealed record ReportFiled(Guid ReportId);
