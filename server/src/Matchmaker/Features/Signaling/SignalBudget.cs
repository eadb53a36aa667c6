namespace Matchmaker.Features.Signaling;

/// <summary>What the signals that are kept for absent partners hold together. Thread-safe.</summary>
internal sealed class SignalBudget(long maxBytes)
{
    private long _bytes;
    private long _dropped;

    public long MaxBytes => maxBytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Signals that went because all calls together kept too many.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool IsOver => Bytes > maxBytes;

    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void CountDropped() => Interlocked.Increment(ref _dropped);
}
