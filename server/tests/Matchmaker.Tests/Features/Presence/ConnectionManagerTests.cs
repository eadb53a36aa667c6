using System.Collections.Concurrent;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

public sealed class ConnectionManagerTests
{
    private readonly ConnectionManager _connections = With(new AloneCarrier());

    [Fact]
    public void At_the_limit_a_new_one_is_refused_and_counted_and_a_tab_may_come_back()
    {
        var (one, two) = (World.NewConnection(Guid.NewGuid(), "tab-of-one"), World.NewConnection(Guid.NewGuid()));
        Assert.Null(_connections.Enter(one));
        Assert.Null(_connections.Enter(two));

        Assert.Equal(PresenceRefusals.ServerFull, _connections.Enter(World.NewConnection(Guid.NewGuid())));
        Assert.Equal((2, 1), (_connections.Count, _connections.Refused));
        Assert.Null(_connections.Enter(World.NewConnection(one.UserId, "tab-of-one")));

        Assert.True(_connections.Leave(one));
        Assert.True(_connections.Leave(two));
        Assert.Null(_connections.Enter(World.NewConnection(Guid.NewGuid())));
    }

    [Fact]
    public async Task Who_left_is_remembered_where_they_could_be_taken_for_somebody_elsewhere()
    {
        await using var carrier = new LoopbackCarrier(new ConcurrentDictionary<string, LoopbackCarrier>(), "one");
        var left = World.NewConnection(Guid.NewGuid());

        foreach (var (connections, remembered) in new[] { (_connections, 0), (With(carrier), 1) })
        {
            Assert.Null(connections.Enter(left));
            Assert.True(connections.Leave(left));
            Assert.Equal((remembered, remembered == 1), (connections.Left, connections.HasLeft(left.Id)));
        }
    }

    private static ConnectionManager With(ICarrier carrier) => new(Options.Create(new PresenceOptions { MaxConnections = 2 }), carrier);
}
