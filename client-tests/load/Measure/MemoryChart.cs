using System.Globalization;
using System.Text;

namespace Matchmaker.Load.Measure;

/// <summary>Memory and people over time as an SVG that a browser or a page of Markdown shows.</summary>
internal static class MemoryChart
{
    private const double Width = 900;
    private const double Height = 360;
    private const double Left = 56;
    private const double Right = 56;
    private const double Top = 40;
    private const double Bottom = 36;
    private static readonly int[] _round = [1, 2, 4, 5, 10];
    private static readonly string[] _levels = ["#fff", "#eef4ea", "#fdf3d6", "#fbe0c8", "#f6c9c4"];

    public static string Draw(IReadOnlyList<Sample> samples)
    {
        var seconds = Math.Max(1, samples.Select(s => s.Seconds).DefaultIfEmpty().Max());
        var most = samples.Select(s => Math.Max(s.RssMb, s.CommittedMb)).DefaultIfEmpty().Max();
        // A limit that is far away would press the lines to the ground.
        var limit = samples.Select(s => s.LimitMb).LastOrDefault(mb => mb < 2 * most);
        var mb = NiceTop(Math.Max(most, limit));
        var people = NiceTop(samples.Select(s => (double)s.Connected).DefaultIfEmpty().Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        Bands(svg, samples, seconds);
        for (var i = 0; i <= 4; i++)
        {
            var y = Y(i, 4);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#dcdfe7\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\" fill=\"#474d5b\">{mb * i / 4:0} MB</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 8}\" y=\"{y + 4}\" fill=\"#474d5b\">{people * i / 4:0}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(i, 4)}\" y=\"{Height - 12}\" text-anchor=\"middle\" fill=\"#474d5b\">{seconds * i / 4:0} s</text>");
        }

        if (limit > 0)
        {
            var y = Y(limit, mb);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#14161c\" stroke-dasharray=\"6 4\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 4}\" y=\"{y - 4}\" fill=\"#14161c\">limit</text>");
        }

        Line(svg, samples, "#4438ca", "RSS", 0, s => X(s.Seconds, seconds), s => Y(s.RssMb, mb));
        Line(svg, samples, "#b3241b", "committed heap", 1, s => X(s.Seconds, seconds), s => Y(s.CommittedMb, mb));
        Line(svg, samples, "#12754a", "connected (right)", 2, s => X(s.Seconds, seconds), s => Y(s.Connected, people));
        Line(svg, samples, "#8a5700", "in calls (right)", 3, s => X(s.Seconds, seconds), s => Y(s.InCalls, people));
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The levels from elevated on as colours behind everything, and their names where one lasts.</summary>
    private static void Bands(StringBuilder svg, IReadOnlyList<Sample> samples, double seconds)
    {
        for (var from = 0; from < samples.Count;)
        {
            var level = samples[from].Level;
            var to = from;
            while (to < samples.Count && samples[to].Level == level)
            {
                to++;
            }

            var (x, end) = (X(samples[from].Seconds, seconds), X(samples[Math.Min(to, samples.Count - 1)].Seconds, seconds));
            if (level > 0)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.0}\" y=\"{Top}\" width=\"{end - x:0.0}\" height=\"{Height - Top - Bottom}\" fill=\"{_levels[level]}\"/>");
            }

            if (level > 0 && end - x > 40)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 3:0.0}\" y=\"{Height - Bottom - 6}\" fill=\"#474d5b\">{MemorySamples.Levels[level]}</text>");
            }

            from = to;
        }
    }

    private static void Line(
        StringBuilder svg, IReadOnlyList<Sample> samples, string colour, string name, int at, Func<Sample, double> x, Func<Sample, double> y)
    {
        var points = string.Join(' ', samples.Select(s => string.Create(CultureInfo.InvariantCulture, $"{x(s):0.0},{y(s):0.0}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left + (at * 170)}\" y=\"14\" width=\"12\" height=\"12\" fill=\"{colour}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 18 + (at * 170)}\" y=\"24\" fill=\"#14161c\">{name}</text>");
    }

    private static double X(double value, double most) => Left + ((Width - Left - Right) * value / most);

    private static double Y(double value, double most) => Height - Bottom - ((Height - Top - Bottom) * value / most);

    /// <summary>The next round number, so that the scale is easily read.</summary>
    private static double NiceTop(double most)
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, most))));
        return _round.Select(factor => factor * step).First(top => top >= most);
    }
}
