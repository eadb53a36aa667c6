using System.Text.RegularExpressions;

namespace Matchmaker.Tests.Guards;

/// <summary>Whoever is woken by an alert finds in operations.md what to do.</summary>
public sealed partial class AlertTests
{
    private const string Document = "server/docs/operations.md";

    private static readonly List<(string Name, string Severity, string Runbook)> _alerts =
        [.. Alert().Matches(Repository.Read("infra/prometheus/alerts.yml")).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))];

    [Fact]
    public void Every_alert_has_a_row_and_no_other() => Guard.Same(
        _alerts.Select(a => $"{a.Name} {a.Severity}"),
        new MarkdownDocument(Document).Rows("Dashboard and alerts").Select(r => $"{MarkdownDocument.Marked(r[0]).First()} {r[1]}"));

    [Fact]
    public void Every_alert_points_at_a_heading()
    {
        var headings = Heading().Matches(Repository.Read(Document))
            .Select(m => $"{Document}#{m.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')}").ToHashSet();
        Guard.None(_alerts.Where(a => !headings.Contains(a.Runbook)).Select(a => $"{a.Name} points at {a.Runbook}"));
    }

    [Fact]
    public void Every_alert_is_tested() =>
        Guard.Same(_alerts.Select(a => a.Name), AlertName().Matches(Repository.Read("infra/prometheus/alerts.test.yml")).Select(m => m.Groups[1].Value).Distinct());

    [GeneratedRegex(@"- alert: (\w+)\n.*?severity: (\w+) .*?runbook: (\S+)", RegexOptions.Singleline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"alertname: (\w+)")]
    private static partial Regex AlertName();
}
