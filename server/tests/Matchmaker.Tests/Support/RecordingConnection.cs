using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchmaker.Tests.Support;

/// <summary>A hub connection without a socket: keeps what is written, reads only while it is open, and notes its end.</summary>
internal sealed class RecordingConnection(IHubProtocol protocol)
    : HubConnectionContext(new DefaultConnectionContext(), new HubConnectionContextOptions(), NullLoggerFactory.Instance)
{
    private readonly Lock _gate = new();
    private readonly List<string> _written = [];
    private TaskCompletionSource _reading = CreateOpen();

    public bool IsAborted { get; private set; }

    public IReadOnlyList<string> Written
    {
        get
        {
            lock (_gate)
            {
                return [.. _written];
            }
        }
    }

    /// <summary>From now on a write takes until <see cref="Read"/>.</summary>
    public void StopReading() => _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Read() => _reading.TrySetResult();

    public override async ValueTask WriteAsync(SerializedHubMessage message, CancellationToken cancellationToken = default)
    {
        await _reading.Task;
        lock (_gate)
        {
            _written.Add(Encoding.UTF8.GetString(message.GetSerializedMessage(protocol).Span).TrimEnd('\u001e'));
        }
    }

    public override void Abort() => IsAborted = true;

    private static TaskCompletionSource CreateOpen()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }
}
