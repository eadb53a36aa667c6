using System.Collections.Concurrent;
using System.Threading.Channels;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Tests.Support;

/// <summary>Carries between the instances of one process, in order, on a thread of the receiver's. It can be cut and lose.</summary>
internal sealed class LoopbackCarrier : ICarrier, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LoopbackCarrier> _bus;
    private readonly ConcurrentDictionary<string, Action<ReadOnlyMemory<byte>>> _handlers = new();
    private readonly Channel<(string Topic, byte[] Message)> _incoming = Channel.CreateUnbounded<(string, byte[])>();
    private readonly Task _handling;
    private int _missed;

    public LoopbackCarrier(ConcurrentDictionary<string, LoopbackCarrier> bus, string name)
    {
        _bus = bus;
        _bus[name] = this;
        _handling = Handle();
    }

    public bool IsAlone => false;

    /// <summary>While false this one neither tells nor hears.</summary>
    public bool IsUp { get; private set; } = true;

    public bool Reaches(string instance) => IsUp && _bus.TryGetValue(instance, out var other) && other.IsUp;

    /// <summary>What a handler threw, to be looked at by the test.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public void Cut() => IsUp = false;

    public void Mend()
    {
        IsUp = true;
        Interlocked.Exchange(ref _missed, 1);
    }

    public void Tell<T>(Topic<T> topic, T message)
    {
        foreach (var other in _bus.Values.Where(o => o != this))
        {
            Give(other, topic.Name, topic.Write(message));
        }
    }

    public void Send<T>(string instance, Topic<T> topic, T message)
    {
        if (_bus.TryGetValue(instance, out var other) && other != this)
        {
            Give(other, topic.Name, topic.Write(message));
        }
    }

    public void On<T>(Topic<T> topic, Action<T> handler)
    {
        void Handle(ReadOnlyMemory<byte> message) => handler(topic.Read(message));
        _handlers.AddOrUpdate(topic.Name, Handle, (_, others) => others + Handle);
    }

    public bool TakeMissed() => Interlocked.Exchange(ref _missed, 0) == 1 || !IsUp;

    public async ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        await _handling;
    }

    private void Give(LoopbackCarrier other, string topic, byte[] message)
    {
        if (IsUp && other.IsUp)
        {
            other._incoming.Writer.TryWrite((topic, message));
        }
    }

    private async Task Handle()
    {
        await foreach (var (topic, message) in _incoming.Reader.ReadAllAsync())
        {
            try
            {
                if (_handlers.TryGetValue(topic, out var handler))
                {
                    handler(message);
                }
            }
            catch (Exception e)
            {
                Failures.Enqueue(e);
            }
        }
    }
}
