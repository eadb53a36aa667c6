using Matchmaker.Platform.Postgres;
using Npgsql;

namespace Matchmaker.Tests.Platform.Postgres;

public sealed class DatabaseFailureTests
{
    [Theory]
    [InlineData("57P01", true)] // shut down by an administrator
    [InlineData("57P03", true)] // still starting
    [InlineData("53300", true)] // too many connections
    [InlineData("53100", true)] // disk full
    [InlineData("08006", true)] // connection failure
    [InlineData("40P01", true)] // deadlock
    [InlineData("55P03", true)] // lock time-out
    [InlineData("57014", true)] // statement time-out
    [InlineData("25006", true)] // read-only
    [InlineData("23505", false)] // unique violation
    [InlineData("42601", false)] // syntax
    [InlineData("42P01", false)] // no such table
    public void A_state_of_the_server_is_told_from_a_bug(string state, bool isAway) =>
        Assert.Equal(isAway, DatabaseFailure.IsAway(new PostgresException("", "ERROR", "ERROR", state)));

    [Fact]
    public void Lost_connections_and_time_outs_are_away_and_other_exceptions_are_not()
    {
        Assert.True(DatabaseFailure.IsAway(new NpgsqlException("broken")));
        Assert.True(DatabaseFailure.IsAway(new TimeoutException()));
        Assert.False(DatabaseFailure.IsAway(new InvalidOperationException()));
    }
}
