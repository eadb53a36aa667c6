using System.Net;
using System.Net.Sockets;

namespace Matchmaker.Tests.Support;

/// <summary>A TCP proxy that can be slow, and can stop forwarding without closing anything: to both ends all looks well.</summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private CancellationTokenSource _silence = new();

    public SilentProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    public int Port { get; }

    /// <summary>How much later everything arrives.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What is connected now hears nothing any more; who connects from now on is served.</summary>
    public void SilenceTheConnected() => Interlocked.Exchange(ref _silence, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Accept()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_stop.Token);
            var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            var silence = Volatile.Read(ref _silence).Token;
            _ = Task.WhenAll(Forward(near, far, silence), Forward(far, near, silence));
        }
    }

    private async Task Forward(TcpClient from, TcpClient to, CancellationToken silence)
    {
        var buffer = new byte[16_384];
        while (true)
        {
            var count = await from.GetStream().ReadAsync(buffer, _stop.Token);
            if (silence.IsCancellationRequested)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            if (count == 0)
            {
                to.Close();
                return;
            }

            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _stop.Token);
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
