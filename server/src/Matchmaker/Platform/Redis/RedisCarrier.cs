using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Redis;

/// <summary>
/// Carries between instances over Redis, and stays out of everybody's way: callers only put into a bounded queue, one loop
/// sends and one handles. It is up from an echo of its own beat that came in time until a message is not answered in time; in
/// between nothing is sent, however slow Redis is. A link without an echo is replaced, because a half-open one tells nothing.
/// </summary>
internal sealed class RedisCarrier : BackgroundService, ICarrier
{
    private const int Window = 256; // messages on their way to Redis whose answer has not come
    private const int BeatsKept = 1024; // more than a link may be silent for
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);
    private static readonly Topic<long> _beats = new("beat", WriteNumber, static b => BinaryPrimitives.ReadInt64LittleEndian(b.Span));

    private readonly RedisOptions _options;
    private readonly RedisMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisCarrier> _logger;
    private readonly string _publisher;
    private readonly int _database;
    private readonly string _all;
    private readonly string _own;
    private readonly ConcurrentDictionary<string, Action<ReadOnlyMemory<byte>>> _handlers = new();
    private readonly Channel<Outgoing> _outgoing;
    private readonly Channel<(bool ToAll, byte[] Bytes)> _incoming;
    private readonly SemaphoreSlim _window = new(Window, Window);
    private readonly Arrivals _arrivals = new();
    private readonly ConcurrentDictionary<string, long> _hearing = new();
    private readonly long[] _beaten = new long[BeatsKept]; // when each of the last ones was sent
    private volatile RedisLink? _link;
    private volatile bool _up;
    private bool _saidDown;
    private long _queuedBytes;
    private long _incomingBytes;
    private long _dropped;
    private long _notSent;
    private long _notHandled;
    private long _beat;
    private long _upFrom = 1;
    private long _echoed;
    private long _looked;
    private int _missed;

    public RedisCarrier(
        InstanceIdentity instance, IOptions<RedisOptions> options, RedisMetrics metrics, TimeProvider time, ILogger<RedisCarrier> logger)
    {
        (_options, _metrics, _time, _logger) = (options.Value, metrics, time, logger);
        _publisher = $"{instance.Name}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        _database = RedisUrl.Parse(_options.Url!).DefaultDatabase ?? 0;
        (_all, _own) = (RedisNames.All(_database), RedisNames.Of(_database, instance.Name));
        _outgoing = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(_options.MaxQueuedMessages) { SingleReader = true });
        metrics.Observe(() => _up);
        _incoming = Channel.CreateBounded<(bool, byte[])>(new BoundedChannelOptions(_options.MaxQueuedMessages) { SingleReader = true });
    }

    public bool IsAlone => false;

    public bool IsUp => _up;

    /// <summary>How many wait to be sent.</summary>
    public int Queued => _outgoing.Reader.Count;

    /// <summary>How many were not sent since the start.</summary>
    public long Dropped => Volatile.Read(ref _notSent);

    /// <summary>Bytes that came and wait to be handled.</summary>
    public long IncomingBytes => Volatile.Read(ref _incomingBytes);

    /// <summary>How many came and were not handled since the start.</summary>
    public long NotHandled => Volatile.Read(ref _notHandled);

    public bool Reaches(string instance) =>
        _up && _hearing.TryGetValue(instance, out var stamp) && _time.GetElapsedTime(stamp) < _options.Silence;

    public void Tell<T>(Topic<T> topic, T message) => Enqueue(null, topic.Name, topic.Write(message));

    public void Send<T>(string instance, Topic<T> topic, T message) =>
        Enqueue(RedisNames.Of(_database, instance), topic.Name, topic.Write(message));

    public void On<T>(Topic<T> topic, Action<T> handler)
    {
        void Handle(ReadOnlyMemory<byte> message) => handler(topic.Read(message));
        _handlers.AddOrUpdate(topic.Name, Handle, (_, others) => others + Handle);
    }

    public bool TakeMissed()
    {
        if (Interlocked.Exchange(ref _missed, 0) == 0 && _up && _time.GetElapsedTime(_looked) < LookAnyway)
        {
            return false;
        }

        _looked = _time.GetTimestamp();
        return true;
    }

    /// <summary>What was told before the stop, such as who is going, is sent if it can be.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _outgoing.Writer.TryComplete();
        for (var look = 0; look < 50 && (Queued > 0 || _window.CurrentCount < Window); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, CancellationToken.None);
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _window.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(KeepLink(stoppingToken), Send(stoppingToken), Handle(stoppingToken));

    // A link that is silent may be so because this process stood still: what comes meanwhile comes through it, and it goes
    // when there is another, or none to be had. What both bring counts once.
    private async Task KeepLink(CancellationToken stop)
    {
        RedisLink? last = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var link = await RedisLink.Open(RedisUrl.Parse(_options.Url!), _all, _own, Receive, _options.ConnectTimeout, _time);
                _metrics.Links.Add(1);
                Discard(last);
                _link = last = link;
                await BeatUntilSilent(stop);
                RedisLog.Silent(_logger);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                Down(e.GetType().Name);
                Discard(last);
                last = null;
            }
            catch (OperationCanceledException)
            {
                break; // stopping, which is nothing to warn of
            }

            Down("no echo");
            _link = null;
            await Task.Delay(RetryAfter, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _link = null;
        Discard(last);
    }

    private async Task BeatUntilSilent(CancellationToken stop)
    {
        Volatile.Write(ref _echoed, _time.GetTimestamp());
        using var timer = new PeriodicTimer(_options.Beat, _time);
        do
        {
            // Below zero from one who has not heard its own yet: others know then that it may be deaf.
            var beat = _beat + 1;
            Volatile.Write(ref _beaten[beat % BeatsKept], _time.GetTimestamp());
            Volatile.Write(ref _beat, beat);
            Enqueue(null, _beats.Name, WriteNumber(_up ? beat : -beat));
        }
        while (await timer.WaitForNextTickAsync(stop) && _time.GetElapsedTime(Volatile.Read(ref _echoed)) < _options.Silence);
    }

    private void Echo(long beat)
    {
        Volatile.Write(ref _echoed, _time.GetTimestamp());
        var lag = _time.GetElapsedTime(Volatile.Read(ref _beaten[beat % BeatsKept]));
        _metrics.Lag.Record(lag.TotalSeconds);
        var isInTime = lag < _options.CommandTimeout;
        if (!_up && isInTime && beat >= Volatile.Read(ref _upFrom))
        {
            Interlocked.Exchange(ref _missed, 1);
            _up = true;
            RedisLog.Up(_logger, _own);
        }
    }

    // Only a beat that is sent after this counts as a sign of life: one on its way says nothing of what comes now.
    private void Down(string reason)
    {
        Volatile.Write(ref _upFrom, Volatile.Read(ref _beat) + 1);
        if (_up || !_saidDown)
        {
            (_up, _saidDown) = (false, true);
            RedisLog.Down(_logger, reason);
        }
    }

    private void Enqueue(string? channel, string topic, byte[] message)
    {
        var item = new Outgoing(channel, topic, message);
        if (Interlocked.Add(ref _queuedBytes, message.Length) > _options.MaxQueuedBytes || !_outgoing.Writer.TryWrite(item))
        {
            Interlocked.Add(ref _queuedBytes, -message.Length);
            Drop(item);
        }
    }

    private async Task Send(CancellationToken stop)
    {
        long toAll = 0, toOne = 0;
        await foreach (var item in _outgoing.Reader.ReadAllAsync(stop))
        {
            Interlocked.Add(ref _queuedBytes, -item.Message.Length);
            if (_link is not { } link || (!_up && item.Topic != _beats.Name))
            {
                Drop(item);
                continue;
            }

            await _window.WaitAsync(stop);
            // Who hears a number left out knows that something was dropped here.
            toAll += Interlocked.Exchange(ref _dropped, 0);
            var sequence = item.Channel is null ? ++toAll : ++toOne;
            var bytes = new Envelope(_publisher, sequence, item.Topic, item.Message).ToBytes();
            _ = Publish(link, item.Channel ?? _all, bytes);
        }
    }

    private async Task Publish(RedisLink link, string channel, byte[] bytes)
    {
        try
        {
            await link.Publish(channel, bytes).WaitAsync(_options.CommandTimeout, _time);
            _metrics.Sent.Add(1);
            _metrics.SentBytes.Add(bytes.Length);
        }
        catch (Exception e)
        {
            _metrics.Failed.Add(1);
            if (link == _link)
            {
                Down(e.GetType().Name);
            }
        }
        finally
        {
            _window.Release();
        }
    }

    private void Receive(bool toAll, byte[] bytes)
    {
        if (Interlocked.Add(ref _incomingBytes, bytes.Length) > _options.MaxQueuedBytes || !_incoming.Writer.TryWrite((toAll, bytes)))
        {
            Interlocked.Add(ref _incomingBytes, -bytes.Length);
            Interlocked.Increment(ref _notHandled);
            _metrics.Dropped.Add(1);
            Interlocked.Exchange(ref _missed, 1);
        }
    }

    private async Task Handle(CancellationToken stop)
    {
        await foreach (var (toAll, bytes) in _incoming.Reader.ReadAllAsync(stop))
        {
            Interlocked.Add(ref _incomingBytes, -bytes.Length);
            if (Envelope.Read(bytes) is not { } envelope)
            {
                continue;
            }

            if (envelope.Publisher == _publisher)
            {
                if (envelope.Topic == _beats.Name)
                {
                    Echo(Math.Abs(_beats.Read(envelope.Message)));
                }

                continue;
            }

            _metrics.Received.Add(1);
            var arrival = _arrivals.Judge(envelope.Publisher, toAll, envelope.Sequence);
            if (arrival == Arrival.Old)
            {
                _metrics.Duplicates.Add(1);
                continue;
            }

            if (arrival == Arrival.AfterGap)
            {
                _metrics.Lost.Add(1);
                Interlocked.Exchange(ref _missed, 1);
            }

            if (envelope.Topic != _beats.Name)
            {
                Handle(envelope);
            }
            else if (envelope.Message.Length == sizeof(long) && _beats.Read(envelope.Message) > 0)
            {
                Hear(envelope.Publisher);
            }
        }
    }

    private void Hear(string publisher)
    {
        if (_hearing.Count > Arrivals.MaxPublishers)
        {
            _hearing.Clear();
        }

        _hearing[publisher.Split('/')[0]] = _time.GetTimestamp();
    }

    private void Handle(Envelope envelope)
    {
        if (!_handlers.TryGetValue(envelope.Topic, out var handler))
        {
            return; // of a newer instance
        }

        try
        {
            handler(envelope.Message);
        }
        catch (Exception e)
        {
            RedisLog.HandlerFailed(_logger, e, envelope.Topic);
        }
    }

    private void Drop(Outgoing item)
    {
        _metrics.Dropped.Add(1);
        Interlocked.Increment(ref _notSent);
        if (item.Channel is null)
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private void Discard(RedisLink? link)
    {
        if (link is not null)
        {
            _ = Task.Run(() => Close(link), CancellationToken.None);
        }
    }

    private void Close(RedisLink link)
    {
        try
        {
            link.Dispose();
        }
        catch (Exception e)
        {
            RedisLog.CloseFailed(_logger, e);
        }
    }

    private static byte[] WriteNumber(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }

    private sealed record Outgoing(string? Channel, string Topic, byte[] Message);
}
