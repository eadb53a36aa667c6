using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker;

/// <summary>The sub-commands of the binary. Each reads only the settings that it uses; exit code 0, 1 (failed) or 2 (usage).</summary>
internal static class Commands
{
    private const string Usage = "Matchmaker [serve | migrate | check-config]";

    public static async Task<int> Run(
        string command, string[] args, Func<string[], WebApplication> build, Func<string[], Task<int>> serve) => command switch
    {
        "serve" => await serve(args),
        "check-config" when args.Length == 0 => await Check(build),
        "migrate" when args.Length == 0 => await Migrate(),
        _ => await Fail(Usage, 2),
    };

    private static async Task<int> Check(Func<string[], WebApplication> build)
    {
        try
        {
            await using var app = build([]);
            return await CheckConfig.Run(app.Services, Console.Out);
        }
        catch (Exception e) when (e is OptionsValidationException or FormatException or InvalidOperationException)
        {
            return await Fail(e.Message, 1);
        }
    }

    private static async Task<int> Migrate()
    {
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is not { Length: > 0 } url)
        {
            return await Fail("DATABASE_URL is not set: there is nothing to migrate.", 1);
        }

        try
        {
            var applied = await new Migrator(url).Run();
            await Console.Out.WriteLineAsync(applied.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", applied)}.");
            return 0;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException || DatabaseFailure.IsAway(e))
        {
            return await Fail(e.Message, 1);
        }
    }

    private static async Task<int> Fail(string message, int code)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
