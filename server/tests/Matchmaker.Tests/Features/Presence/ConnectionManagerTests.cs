using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

public sealed class ConnectionManagerTests
{
    private readonly ConnectionManager _connections = new(Options.Create(new PresenceOptions { MaxConnections = 2 }));

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
}
