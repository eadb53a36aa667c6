using System.Collections.Concurrent;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Tests.Invariants;

/// <summary>Keeps what was told to whom; nobody listens.</summary>
internal sealed class RecordingOutbox : IOutbox
{
    private readonly ConcurrentQueue<(string To, string Event, object? Payload)> _told = new();

    public void ToConnection(string connectionId, ClientEvent e, object?[] arguments, string? supersede = null) =>
        _told.Enqueue((connectionId, e.Name, arguments.FirstOrDefault()));

    public void ToUser(Guid userId, ClientEvent e, object?[] arguments, string? supersede = null) =>
        _told.Enqueue((userId.ToString(), e.Name, arguments.FirstOrDefault()));

    public bool CanReach(string connectionId) => true;

    public bool IsIdle(string connectionId) => true;

    public void Close(string connectionId, ClientEvent? last = null, object?[]? arguments = null) =>
        _told.Enqueue((connectionId, last?.Name ?? "closed", arguments?.FirstOrDefault()));

    /// <summary>How an invite ended, as somebody was told.</summary>
    public InviteEnded? InviteEnded(Guid inviteId) =>
        _told.Select(t => t.Payload).OfType<InviteEnded>().FirstOrDefault(e => e.InviteId == inviteId);

    /// <summary>The names of all that was told to any of them, in order.</summary>
    public IEnumerable<string> Names(params string[] to) => _told.Where(t => to.Contains(t.To)).Select(t => t.Event);

    /// <summary>The payloads of one event to a user or a connection, in order.</summary>
    public IReadOnlyList<object?> Told(string to, string name) =>
        [.. _told.Where(t => t.To == to && t.Event == name).Select(t => t.Payload)];
}
