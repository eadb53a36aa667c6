using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Chat;

/// <summary>
/// Chat of an embedded server: the last <see cref="MaxLines"/> lines of a call, and of all calls the last
/// <see cref="MaxBytes"/>.
/// </summary>
internal sealed class InMemoryChatStore(EmbeddedLock embedded, TimeProvider time) : IChatStore
{
    public const int MaxLines = 500;

    /// <summary>By estimate, some 60,000 lines of usual length: a sixteenth of a process of 512 MB.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private readonly BoundedLog<Guid, StoredLine> _lines = new(MaxLines, MaxBytes, static line => 200 + (2 * (line.ClientId.Length + line.Text.Length)));

    public (long Bytes, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_lines.Bytes, _lines.Dropped);
            }
        }
    }

    public Task<StoredLine> Add(NewLine line)
    {
        lock (embedded.Gate)
        {
            if (_lines.Of(line.CallId).FirstOrDefault(l => l.From == line.From && l.ClientId == line.ClientId) is { } known)
            {
                return Task.FromResult(known with { IsNew = false });
            }

            var stored = new StoredLine(line.CallId, line.From, line.ClientId, Guid.NewGuid(), line.Text, time.GetUtcNow(), true);
            _lines.Add(line.CallId, stored);
            return Task.FromResult(stored);
        }
    }

    public Task<IReadOnlyList<StoredLine>> LastOf(Guid callId, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(LastLocked(callId, limit));
        }
    }

    /// <summary>Under the lock: the last lines of a call, oldest first.</summary>
    public IReadOnlyList<StoredLine> LastLocked(Guid callId, int limit) => [.. _lines.Of(callId).TakeLast(limit)];

    public Task<IReadOnlyList<StoredLine>> LastOf(IReadOnlyCollection<Guid> calls, TimeSpan age)
    {
        lock (embedded.Gate)
        {
            var since = time.GetUtcNow() - age;
            return Task.FromResult<IReadOnlyList<StoredLine>>(
                [.. calls.Order().SelectMany(_lines.Of).Where(l => l.At > since)]);
        }
    }

    public Task<IReadOnlyList<StoredLine>> Transcript(Guid callId, int limit) => LastOf(callId, limit);

    public Task Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            _lines.Rewrite(line => line.From == userId ? null : line);
            return Task.CompletedTask;
        }
    }
}
