using Matchmaker.Features.Accounts;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Admin;

/// <summary>How things look to whoever is signed in: with the names of admins, and with what this one may do. Pure.</summary>
internal sealed class ConsoleViews(IReadOnlyDictionary<Guid, AdminName> names, AdminLogin me)
{
    public AdminName Name(Guid adminId) => names.GetValueOrDefault(adminId) ?? new AdminName(adminId, "?");

    public CaseSummary Case(ReviewCase c, Standing? subject) => new(
        c.CaseId, c.Subject, Math.Round(c.Score, 2), c.IsUrgent, c.IsLocked, c.Reasons, c.Reports, c.Reporters, c.Networks, c.OpenedAt, c.UpdatedAt,
        Name(c.ClaimedBy), c.ClaimedAt, Standing(subject), c.Outcome, Name(c.ClosedBy), c.ClosedAt);

    public static CaseReport Report(ReviewReport r) => new(
        r.ReportId, r.Reporter, r.Reported, Accuracy(r.Accuracy), r.Reason, r.Note, r.CreatedAt, r.Network,
        new ReportedCall(r.CallId, r.StartedAt, r.Seconds, r.Origin, r.EndReason), r.Earlier, r.ChatLines);

    public static ReporterAccuracy Accuracy(Accuracy a) => new(a.Agreed, a.Decided);

    /// <summary>Nothing for somebody of whom there is nothing to tell.</summary>
    public static StandingView? Standing(Standing? standing) => standing is null ? null : StandingView.From(standing);

    public MeasureView Measure(Measure m) => new(
        m.MeasureId, m.UserId, m.Kind, m.Reason, m.Text, m.CaseId, Name(m.DecidedBy), m.TakenAt, m.Until, m.LiftedAt, Name(m.LiftedBy), m.SeenAt,
        m.InForce, m.InForce && Powers.MayLift(me.Role, me.AdminId, m));

    public AppealDetail Appeal(Appeal a, Card user) => new(
        a.AppealId, user, a.Text, a.CreatedAt, Measure(a.Measure), Powers.MayDecide(me.Role, me.AdminId, a), Name(a.DecidedBy), a.DecidedAt,
        a.Outcome, a.Answer);

    public AddressBanView Ban(AddressBan b) => new(
        b.BanId, b.Scope, b.Label, b.Reason, b.Text, Name(b.DecidedBy), b.TakenAt, b.Until, b.LiftedAt, Name(b.LiftedBy), b.InForce);

    private AdminName? Name(Guid? adminId) => adminId is { } id ? Name(id) : null;
}
