using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// What one member of a call lately sent: the last description and the candidates after it, for a partner who comes
/// back. Bounded in bytes, count and age, and by what all of them may hold together. Not thread-safe; times are
/// timestamps that are passed in.
/// </summary>
internal sealed class SignalBuffer(int maxBytes, int maxCandidates, long maxAge, SignalBudget budget)
{
    private readonly LinkedList<(SignalKind Kind, RawJson Data, long Stamp, bool IsHeld)> _kept = new();
    private int _bytes;
    private int _candidates;
    private long _lost = long.MinValue;

    /// <param name="isHeld">There is no connection that it could be sent to.</param>
    public void Keep(SignalKind kind, RawJson data, long now, bool isHeld = false)
    {
        if (kind is SignalKind.Offer or SignalKind.Restart)
        {
            Clear(static _ => true); // a new round: what went before it no longer counts
        }
        else if (kind == SignalKind.Answer)
        {
            Clear(static k => k is SignalKind.Offer or SignalKind.Answer);
        }

        _kept.AddLast((kind, data, now, isHeld));
        _bytes += data.Bytes.Length;
        budget.Add(data.Bytes.Length);
        _candidates += kind == SignalKind.Ice ? 1 : 0;
        while (_kept.First is { } oldest
            && (_bytes > maxBytes || _candidates > maxCandidates || now - oldest.Value.Stamp > maxAge || budget.IsOver))
        {
            if (budget.IsOver)
            {
                budget.CountDropped();
            }

            _lost = Math.Max(_lost, oldest.Value.Stamp);
            Remove(oldest);
        }
    }

    /// <summary>What was held back, once.</summary>
    public List<MissedSignal> TakeHeld()
    {
        var held = new List<MissedSignal>();
        for (var node = _kept.First; node is not null; node = node.Next)
        {
            if (node.Value.IsHeld)
            {
                held.Add(new MissedSignal(node.Value.Kind, node.Value.Data));
                node.ValueRef.IsHeld = false;
            }
        }

        return held;
    }

    /// <summary>Whatever was sent until then is not here.</summary>
    public void Lose(long until) => _lost = Math.Max(_lost, until);

    /// <summary>Lets go of what is too old to be worth anything.</summary>
    public void Age(long now)
    {
        while (_kept.First is { } oldest && now - oldest.Value.Stamp > maxAge)
        {
            _lost = Math.Max(_lost, oldest.Value.Stamp);
            Remove(oldest);
        }
    }

    /// <summary>The call is over.</summary>
    public void Close() => Clear(static _ => true);

    /// <summary>What was sent since then; not complete when something of it had to be dropped.</summary>
    public (List<MissedSignal> Signals, bool Complete) Since(long stamp, long now)
    {
        var signals = new List<MissedSignal>();
        var complete = _lost < stamp;
        foreach (var (kind, data, sent, _) in _kept)
        {
            if (sent < stamp)
            {
                continue;
            }

            if (now - sent > maxAge)
            {
                complete = false;
                continue;
            }

            signals.Add(new MissedSignal(kind, data));
        }

        return (signals, complete);
    }

    private void Clear(Func<SignalKind, bool> which)
    {
        for (var node = _kept.First; node is not null;)
        {
            var next = node.Next;
            if (which(node.Value.Kind))
            {
                Remove(node);
            }

            node = next;
        }
    }

    private void Remove(LinkedListNode<(SignalKind Kind, RawJson Data, long Stamp, bool IsHeld)> node)
    {
        _bytes -= node.Value.Data.Bytes.Length;
        budget.Add(-node.Value.Data.Bytes.Length);
        _candidates -= node.Value.Kind == SignalKind.Ice ? 1 : 0;
        _kept.Remove(node);
    }
}
