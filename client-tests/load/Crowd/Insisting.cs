using System.Net.Sockets;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>Connecting as a browser does: it can read a no at the hub ticket only, and after a refused upgrade, or when the
/// server was too busy to answer, it asks for another ticket.</summary>
internal static class Insisting
{
    /// <summary>Until connected (null), or told why not; what was no answer is counted in <paramref name="again"/>.</summary>
    public static async Task<RefusedException?> Until(Func<Task> connect, Tally again, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await connect();
                return null;
            }
            catch (RefusedException no) when (no.Code is "unavailable" or "upgrade_503" or "upgrade_401")
            {
                again.Add(no.Code);
                await Task.Delay(TimeSpan.FromSeconds(no.RetryAfterSeconds ?? 1), cancel);
            }
            catch (RefusedException no)
            {
                return no;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException)
            {
                return new RefusedException("cut", (broken.InnerException ?? broken).Message);
            }
        }
    }
}
