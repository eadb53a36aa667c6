using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Matchmaker.Tests.Support;

/// <summary>
/// A Redis of one test class's own on a free loopback port, which it may kill, stop and start again. It needs
/// <c>redis-server</c>; without it these tests fail, because a skipped test proves nothing.
/// </summary>
public sealed class TestRedis : IAsyncLifetime
{
    private Process? _process;

    public int Port { get; } = FreePort();

    public string Url => $"redis://127.0.0.1:{Port}";

    public async ValueTask InitializeAsync() => await Start();

    public async Task Start()
    {
        var start = new ProcessStartInfo("redis-server")
        {
            ArgumentList = { "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", Path.GetTempPath() },
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (attempt < 200 && !_process.HasExited)
            {
                await Task.Delay(25);
            }
        }
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stops it in its tracks: the kernel goes on acknowledging what is sent.</summary>
    public Task Pause() => Signal("STOP");

    public Task Continue() => Signal("CONT");

    /// <summary>One command, which has to succeed.</summary>
    public async Task Run(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadLineAsync();
        Assert.True(answer is ['+' or ':', ..], $"{command}: {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
