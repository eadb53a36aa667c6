using Matchmaker.Platform.Postgres;
using Npgsql;

namespace Matchmaker.Tests.Platform.Postgres;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgres://u:p@db.example:6432/app", "db.example", 6432, "app", "u", "p")]
    [InlineData("postgresql://u:p@db.example/app", "db.example", 5432, "app", "u", "p")]
    [InlineData("postgres://u@db.example/app", "db.example", 5432, "app", "u", null)]
    [InlineData("postgres://u%40corp:p%3A%2F%3D%3B%25@db.example/my%20app", "db.example", 5432, "my app", "u@corp", "p:/=;%")]
    [InlineData("postgres://u:a:b@db.example/app", "db.example", 5432, "app", "u", "a:b")]
    [InlineData("postgres://u:p@[::1]:6432/app", "::1", 6432, "app", "u", "p")]
    [InlineData("postgres://db.example", "db.example", 5432, null, null, null)]
    public void The_parts_of_a_uri_are_read(string url, string host, int port, string? database, string? user, string? password)
    {
        var settings = DatabaseUrl.Parse(url);

        Assert.Equal((host, port, database, user, password), (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Every_sslmode_of_libpq_is_known(string text, SslMode expected) =>
        Assert.Equal(expected, DatabaseUrl.Parse($"postgres://u:p@h/d?sslmode={text}").SslMode);

    [Fact]
    public void Kerberos_is_not_looked_for() =>
        Assert.Equal(GssEncryptionMode.Disable, DatabaseUrl.Parse("postgres://u:p@h/d").GssEncryptionMode);

    [Fact]
    public void Several_parameters_are_read()
    {
        var settings = DatabaseUrl.Parse("postgres://u:p@h/d?application_name=my%20app&connect_timeout=7&sslmode=require");

        Assert.Equal(("my app", 7, SslMode.Require), (settings.ApplicationName, settings.Timeout, settings.SslMode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host=h;Password=topsecret")]
    [InlineData("mysql://u:topsecret@h/d")]
    [InlineData("postgres://u:topsecret@/d")]
    [InlineData("postgres://u:topsecret@h:99999/d")]
    [InlineData("postgres://u:topsecret@h/d?sslmode=maybe")]
    [InlineData("postgres://u:topsecret@h/d?connect_timeout=soon")]
    [InlineData("postgres://u:topsecret@h/d?pool=9")]
    public void A_wrong_one_is_refused_without_showing_the_password(string url)
    {
        var e = Assert.Throws<FormatException>(() => DatabaseUrl.Parse(url));

        Assert.Contains("DATABASE_URL", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", e.ToString(), StringComparison.Ordinal);
    }
}
