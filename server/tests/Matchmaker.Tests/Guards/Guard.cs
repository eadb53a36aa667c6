namespace Matchmaker.Tests.Guards;

internal static class Guard
{
    /// <summary>Fails with all faults in full: xunit's own message cuts each short.</summary>
    public static void None(IEnumerable<string?> faults)
    {
        var all = faults.ToList();
        if (all.Count > 0)
        {
            Assert.Fail(string.Join('\n', all));
        }
    }

    /// <summary>Both lists hold the same, whatever the order; the document each thing once.</summary>
    public static void Same(IEnumerable<string> code, IEnumerable<string> document)
    {
        var (inCode, inDocument) = (code.ToList(), document.ToList());
        Assert.NotEmpty(inCode);
        None(inDocument.GroupBy(d => d).Where(g => g.Count() > 1).Select(g => "twice in the document: " + g.Key)
            .Concat(inCode.Except(inDocument).Select(c => "only in the code: " + c))
            .Concat(inDocument.Except(inCode).Select(d => "only in the document: " + d)));
    }
}
