using System.Diagnostics;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>One of many tabs of a user: opens one connection, and notes when, and how it ended.</summary>
internal sealed class Tab(Member user, Uri server) : IHubListener
{
    private readonly string _name = $"tab-{Guid.NewGuid():N}";
    private HubConnection? _hub;
    private long _began;
    private long _opened = long.MaxValue;
    private volatile bool _replaced;
    private volatile bool _gone;

    public bool IsOpen => _hub is not null && !_gone;

    public bool HeardReplaced => _replaced;

    /// <summary>Whether it was open before <paramref name="other"/> began.</summary>
    public bool IsOlderThan(Tab other) => _opened < other._began;

    public async Task Open(Population population, CancellationToken cancel)
    {
        _began = Stopwatch.GetTimestamp();
        var ticket = await population.Api.Ticket(server, user.Token, _name, cancel);
        try
        {
            var hub = await HubConnection.Open(server, ticket, deflate: false, this, cancel);
            await hub.Invoke("Resume", "[{}]", cancel);
            _opened = Stopwatch.GetTimestamp();
            _hub = hub;
        }
        catch (RefusedException refused) when (refused.Code == "connection_lost")
        {
            _gone = true; // a newer one came before it was answered
        }
    }

    public ValueTask Close() => _hub?.DisposeAsync() ?? ValueTask.CompletedTask;

    public void Event(ReadOnlySpan<byte> target, ReadOnlySpan<byte> arguments, long at) => _replaced |= target.SequenceEqual("replaced"u8);

    public void Lost(string reason) => _gone = true;
}
