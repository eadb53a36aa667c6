using Dapper;
using Matchmaker.Platform.Postgres;
using Npgsql;

namespace Matchmaker.Tests.Support;

/// <summary>
/// A fresh, migrated database for one test class, dropped afterwards. <c>TEST_DATABASE_URL</c> names a server and a user
/// who may create databases; without it these tests fail, because a skipped test proves nothing.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly string _name = "test_" + Guid.NewGuid().ToString("N");
    private Database? _database;

    /// <summary>A postgres:// URI of this database, as <c>DATABASE_URL</c> takes it.</summary>
    public string Url { get; private set; } = "";

    internal Database Database => _database ?? throw new InvalidOperationException("Not initialised.");

    private static string Server => Environment.GetEnvironmentVariable("TEST_DATABASE_URL")
        ?? throw new InvalidOperationException("Set TEST_DATABASE_URL, or run infra/dev test.");

    public async ValueTask InitializeAsync()
    {
        await OnServer($"create database {_name}");
        Url = new UriBuilder(Server) { Path = "/" + _name }.Uri.ToString();
        await new Migrator(Url).Run();
        _database = new Database(new PostgresOptions { Url = Url });
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await OnServer($"drop database if exists {_name} with (force)");
    }

    private static async Task OnServer(string sql)
    {
        var settings = DatabaseUrl.Parse(Server);
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }
}
