using System.Data;
using Dapper;
using Npgsql;

namespace Matchmaker.Platform.Postgres;

/// <summary>
/// The data source of the stores. Plans are pinned: one made while the tables were empty would scan them for ever after
/// (a factor of eight on match commits). No connection is held while waiting for anything but its own statement.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int WholeTableSeconds = 600;

    static Database()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new UtcHandler());
        SqlMapper.RemoveTypeMap(typeof(TimeSpan)); // Dapper takes it for a time of day
        SqlMapper.AddTypeHandler(new IntervalHandler());
    }

    public Database(PostgresOptions options)
    {
        var connection = DatabaseUrl.Parse(options.Url ?? throw new FormatException("DATABASE_URL is not set"));
        connection.MaxPoolSize = options.PoolSize;
        connection.Timeout = (int)options.ConnectTimeout.TotalSeconds;
        connection.CommandTimeout = (int)options.CommandTimeout.TotalSeconds;
        // A statement ends by its own time-out before this one: only a connection that nobody answers gets so far, and asking
        // it to cancel is not worth Npgsql's two seconds. Not -1, which would leave its deaf neighbours in the pool.
        connection.CancellationTimeout = 500;
        connection.KeepAlive = 15;
        connection.TcpKeepAlive = true;
        connection.MaxAutoPrepare = 100;
        connection.ApplicationName ??= "matchmaker";
        // No statement here leaves anything behind in its connection, and undoing nothing would be seven statements each time.
        connection.NoResetOnClose = true;
        connection.Options = $"-c enable_seqscan=off -c jit=off -c statement_timeout={(int)options.StatementTimeout.TotalMilliseconds} "
            + "-c lock_timeout=1000 -c idle_in_transaction_session_timeout=5000";
        WriteLanes = Math.Clamp(options.PoolSize / 4, 1, 4);
        Source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>Groups of one kind that may be written at a time: of the pool as many as leave room for all the rest.</summary>
    public int WriteLanes { get; }

    public async Task<List<T>> Query<T>(string sql, object? args = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    /// <summary>The same with arguments that are made when there is a connection.</summary>
    public async Task<List<T>> Query<T>(string sql, Func<object> args)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, args())).AsList();
    }

    /// <summary>Reads whole tables, which may take ten minutes: for commands, not for users.</summary>
    public async Task<List<T>> QueryWholeTables<T>(string sql, object? args = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"set local statement_timeout = '{WholeTableSeconds}s'; set local enable_seqscan = on");
        var found = (await connection.QueryAsync<T>(sql, args, commandTimeout: WholeTableSeconds)).AsList();
        await transaction.CommitAsync();
        return found;
    }

    /// <summary>The first row, or default when there is none.</summary>
    public async Task<T?> One<T>(string sql, object? args = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return await connection.QueryFirstOrDefaultAsync<T>(sql, args);
    }

    public async Task<int> Execute(string sql, object? args = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, args);
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>Npgsql gives timestamptz as a UTC DateTime; the code speaks DateTimeOffset only.</summary>
    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    private sealed class IntervalHandler : SqlMapper.TypeHandler<TimeSpan>
    {
        public override TimeSpan Parse(object value) => (TimeSpan)value;

        public override void SetValue(IDbDataParameter parameter, TimeSpan value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval;
            parameter.Value = value;
        }
    }
}
