using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Lifetime;

/// <summary>The database answers and has every migration. Without a database there is nothing to wait for.</summary>
internal sealed class DatabaseReadiness(IServiceProvider services) : IReadinessCheck
{
    private bool _isCurrent;

    public async ValueTask<Unready?> Check()
    {
        if (services.IsEmbedded())
        {
            return null;
        }

        var database = services.GetRequiredService<Database>();
        try
        {
            if (_isCurrent)
            {
                await database.One<int>("select 1");
                return null;
            }

            _isCurrent = await Migrator.IsCurrent(database);
            return _isCurrent ? null : new Unready("not_migrated");
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return new Unready("database");
        }
    }
}
