using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Chat;

/// <summary>Chat of an embedded server: the last <see cref="MaxLines"/> lines of the last <see cref="MaxCalls"/> calls.</summary>
internal sealed class InMemoryChatStore(EmbeddedLock embedded, TimeProvider time) : IChatStore
{
    public const int MaxLines = 500;
    public const int MaxCalls = 5_000;
    private readonly Dictionary<Guid, List<StoredLine>> _calls = [];
    private readonly Queue<Guid> _order = new();

    public Task<StoredLine> Add(NewLine line)
    {
        lock (embedded.Gate)
        {
            if (!_calls.TryGetValue(line.CallId, out var lines))
            {
                _calls[line.CallId] = lines = [];
                _order.Enqueue(line.CallId);
                if (_order.Count > MaxCalls)
                {
                    _calls.Remove(_order.Dequeue());
                }
            }

            if (lines.Find(l => l.From == line.From && l.ClientId == line.ClientId) is { } known)
            {
                return Task.FromResult(known with { IsNew = false });
            }

            var stored = new StoredLine(line.CallId, line.From, line.ClientId, Guid.NewGuid(), line.Text, time.GetUtcNow(), true);
            lines.Add(stored);
            if (lines.Count > MaxLines)
            {
                lines.RemoveAt(0);
            }

            return Task.FromResult(stored);
        }
    }

    public Task<IReadOnlyList<StoredLine>> LastOf(Guid callId, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<StoredLine>>([.. (_calls.GetValueOrDefault(callId) ?? []).TakeLast(limit)]);
        }
    }

    public Task<IReadOnlyList<StoredLine>> Transcript(Guid callId, int limit) => LastOf(callId, limit);

    public Task Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            foreach (var lines in _calls.Values)
            {
                lines.RemoveAll(l => l.From == userId);
            }

            return Task.CompletedTask;
        }
    }
}
