using System.Runtime.InteropServices;

namespace Matchmaker.Platform.Lifetime;

/// <summary>
/// Stands where the console's lifetime would: a signal drains instead of stopping at once. However it goes, the process ends
/// with 0 and within <see cref="StopFor"/> of the drain's end.
/// </summary>
internal sealed class DrainingLifetime(IServiceProvider services) : IHostLifetime, IDisposable
{
    /// <summary>How long sockets and workers have to close once the host stops.</summary>
    public static readonly TimeSpan CloseFor = TimeSpan.FromSeconds(8);

    /// <summary>The end, whatever still hangs: SignalR alone waits 5 s for sockets that do not close.</summary>
    public static readonly TimeSpan StopFor = TimeSpan.FromSeconds(15);

    private static readonly PosixSignal[] Signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];
    private PosixSignalRegistration[] _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Hear))];
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Hear(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // Only now: whatever it needs is not made, nor its settings read, before the server was asked to start.
        _ = End(services.GetRequiredService<Drain>(), services.GetRequiredService<TimeProvider>());
    }

    private static async Task End(Drain drain, TimeProvider time)
    {
        await drain.Begin();
        await Task.Delay(StopFor, time);
        Environment.Exit(0);
    }
}
