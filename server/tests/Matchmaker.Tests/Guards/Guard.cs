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
}
