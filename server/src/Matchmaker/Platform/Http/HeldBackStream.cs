namespace Matchmaker.Platform.Http;

/// <summary>
/// Holds back the first kilobyte of an answer, until it is known whether there is more, and ends one that has no end. Invariant:
/// nothing has been written to <paramref name="inner"/> while <c>_held</c> is not null.
/// </summary>
internal sealed class HeldBackStream(Stream inner, HttpResponse response) : Stream
{
    /// <summary>Bytes of an answer before it is compressed (the contract's figure). Lists have pages, so more is a mistake of ours.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    private long _total;
    private byte[]? _held = new byte[Compression.Threshold];
    private int _count;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The answer is complete: what is still held back is all of it.</summary>
    public async Task Finish()
    {
        if (_held is not null && _count > 0 && !response.HasStarted)
        {
            response.ContentLength ??= _count;
        }

        await Release(default);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _total += buffer.Length;
        if (_total > MaxBytes)
        {
            throw new InvalidOperationException($"An answer has more than {MaxBytes} bytes");
        }

        if (_held is not null && response.ContentLength is null && _count + buffer.Length < _held.Length)
        {
            buffer.CopyTo(_held.AsMemory(_count));
            _count += buffer.Length;
            return;
        }

        await Release(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>JSON is flushed before it is complete, so a flush of what is held back waits for the end as well.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _held is null ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Answers are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask Release(CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            _held = null;
            if (_count > 0)
            {
                await inner.WriteAsync(held.AsMemory(0, _count), cancellationToken);
            }
        }
    }
}
