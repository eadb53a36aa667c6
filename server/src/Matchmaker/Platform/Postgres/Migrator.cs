using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Matchmaker.Platform.Postgres;

/// <summary>
/// Applies the embedded migrations, each in its own transaction, under one advisory lock so that replicas may start
/// together. Forward only; a migration that was edited after it ran is refused by its checksum.
/// </summary>
internal sealed class Migrator(string url)
{
    private const long LockKey = 7_305_517_842_109_337;
    private const string Prefix = "migrations/";

    /// <summary>Number, name and text of every migration, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => new Migration(int.Parse(n.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), n[Prefix.Length..], Read(n)))
            .OrderBy(m => m.Number),
    ];

    /// <summary>Applies what is missing; answers the names of what it applied.</summary>
    public async Task<IReadOnlyList<string>> Run()
    {
        var settings = DatabaseUrl.Parse(url);
        settings.Pooling = false;
        settings.CommandTimeout = 600;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"select pg_advisory_lock({LockKey})");
        await connection.ExecuteAsync(
            "create table if not exists migration (number int primary key, name text not null, checksum text not null, "
            + "applied_at timestamptz not null default now())");
        var done = (await connection.QueryAsync<(int Number, string Checksum)>("select number, checksum from migration"))
            .ToDictionary(m => m.Number, m => m.Checksum);
        var applied = new List<string>();
        foreach (var migration in All)
        {
            if (done.TryGetValue(migration.Number, out var checksum))
            {
                if (checksum != migration.Checksum)
                {
                    throw new InvalidOperationException($"{migration.Name} was changed after it was applied");
                }

                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(migration.Sql, transaction: transaction);
            await connection.ExecuteAsync(
                "insert into migration (number, name, checksum) values (@Number, @Name, @Checksum)", migration, transaction);
            await transaction.CommitAsync();
            applied.Add(migration.Name);
        }

        return applied;
    }

    /// <summary>True when the database has every migration that this binary knows.</summary>
    public static async Task<bool> IsCurrent(Database database)
    {
        if (await database.One<string?>("select to_regclass('migration')::text") is null)
        {
            return false;
        }

        return await database.One<int>("select count(*)::int from migration where number <= @Last", new { Last = All[^1].Number })
            == All.Count;
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

internal sealed record Migration(int Number, string Name, string Sql)
{
    public string Checksum { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}
