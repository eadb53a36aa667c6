using System.Diagnostics;
using System.Text;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>One direction of one call: knows what was sent, and so what must arrive next.
/// Sent by one task at a time, received by the partner's reader alone.</summary>
internal sealed class Lane : IDisposable
{
    private readonly int _number;
    private readonly Member _from;
    private readonly Member _to;
    private readonly string _callId;
    private readonly int _offerEvery;
    private readonly long[] _sentAt;
    private readonly Report _report;
    private readonly Action<long> _arrived;
    private readonly SemaphoreSlim _window;
    private readonly byte[] _frame;
    private int _sent;
    private int _received;
    private bool _broken;

    /// <param name="arrived">Told of every right signal how long it took, in Stopwatch ticks.</param>
    public Lane(
        int number, Member from, Member to, string callId, LoadOptions options, Report report, Action<long> arrived)
    {
        (_number, _from, _to, _callId, _report, _arrived) = (number, from, to, callId, report, arrived);
        _offerEvery = options.OfferEvery;
        _sentAt = new long[options.Signals];
        _window = new SemaphoreSlim(options.Window);
        _frame = new byte[SignalPayload.MaxLength + 256];
        to.OnSignal = Received;
    }

    public int Count => Volatile.Read(ref _received);

    public long Bytes { get; private set; }

    public async ValueTask SendNext(CancellationToken cancel)
    {
        var number = _sent++;
        var payload = Payload(number);
        var head = $"\",\"target\":\"Signal\",\"arguments\":[{Json.Text(_callId)},\"{payload.Kind}\",";
        var length = Encoding.UTF8.GetBytes(head, _frame);
        length += payload.Write(_frame.AsSpan(length), _number, number);
        "]}"u8.CopyTo(_frame.AsSpan(length));
        Volatile.Write(ref _sentAt[number], Stopwatch.GetTimestamp());
        await _from.Hub.Post(_frame.AsMemory(0, length + 2), cancel);
        Bytes += payload.Length;
    }

    /// <summary>Sends all, never more than the window ahead of the partner.</summary>
    public async Task SendAll(CancellationToken cancel)
    {
        while (_sent < _sentAt.Length)
        {
            await _window.WaitAsync(cancel);
            await SendNext(cancel);
        }
    }

    public void Dispose() => _window.Dispose();

    private SignalPayload Payload(int number) =>
        _offerEvery > 0 && number % _offerEvery == 0 ? SignalPayload.Offer : SignalPayload.Ice;

    private void Received(string callId, string kind, ReadOnlySpan<byte> data, long at)
    {
        if (_broken)
        {
            return;
        }

        var number = _received;
        Span<byte> expected = stackalloc byte[SignalPayload.MaxLength];
        var payload = Payload(number);
        expected = expected[..payload.Write(expected, _number, number)];
        if (number >= _sentAt.Length || callId != _callId || kind != payload.Kind || !data.SequenceEqual(expected))
        {
            // One gap shifts all that follows: the first says it all. A refusal has always come before the next signal.
            _broken = true;
            var refusal = _from.Hub.PostedRefusal is { } code ? $" (who was refused with {code})" : "";
            _report.Fail(
                $"user {_to.Number} waits for signal {number} ({payload.Kind}) of {_callId} from user {_from.Number}{refusal} " +
                $"and got {kind} of {callId}: {Encoding.UTF8.GetString(data[..Math.Min(data.Length, 200)])}");
            return;
        }

        Volatile.Write(ref _received, number + 1);
        _window.Release();
        _arrived(at - Volatile.Read(ref _sentAt[number]));
    }
}
