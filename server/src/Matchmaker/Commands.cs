using System.Net.Sockets;
using Matchmaker.Features.Admin;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Matchmaker;

/// <summary>The sub-commands of the binary. Each reads only the settings that it uses; exit code 0, 1 (failed) or 2 (usage).</summary>
internal static class Commands
{
    private const string Usage = "Matchmaker [serve | migrate | check-config | verify | memory … | admin …]";

    public static async Task<int> Run(
        string command, string[] args, Func<string[], IReadOnlyCollection<Type>, WebApplication> build, Func<string[], Task<int>> serve) => command switch
        {
            "serve" => await Configured(() => serve(args)),
            "check-config" when args.Length == 0 => await Configured(() => Check(build)),
            "migrate" when args.Length == 0 => await Migrate(),
            "verify" when args.Length == 0 => await Configured(() => AskDatabase(build)),
            "memory" => await Memory(args),
            "admin" => await Configured(() => Admin(build, args)),
            _ => await Fail(Usage, 2),
        };

    private static readonly Type[] DatabaseOnly = [typeof(PostgresOptions)];

    /// <summary>Runs something that reads settings; each wrong one is told in one line on standard error, with exit code 1.</summary>
    public static async Task<int> Configured(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is WrongSettings or OptionsValidationException)
        {
            return await Fail(e.Message, 1);
        }
        catch (InvalidDataException e) when (e.InnerException is FormatException)
        {
            // A file of settings that is no JSON; the framework names it and the line.
            return await Fail($"{e.Message} {e.GetBaseException().Message}".ReplaceLineEndings(" "), 1);
        }
        catch (Exception e) when (e is SocketException || (e is IOException && e.InnerException is AddressInUseException))
        {
            return await Fail($"{e.Message} (PORT or ASPNETCORE_URLS)", 1);
        }
    }

    private static async Task<int> Check(Func<string[], IReadOnlyCollection<Type>, WebApplication> build)
    {
        await using var app = build([], CheckConfig.Sections);
        return await CheckConfig.Run(app.Services, Console.Out);
    }

    private static async Task<int> Memory(string[] args)
    {
        if (Server(args) is not { } url)
        {
            return await Fail(MemoryClient.Usage, 2);
        }

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopping.Cancel();
        };
        using var http = MemoryClient.Connect(url, Environment.GetEnvironmentVariable("OPERATOR_TOKEN"));
        return await new MemoryClient(http, Console.Out, TimeProvider.System).Run(WithoutUrl(args), stopping.Token);
    }

    /// <summary>In the database itself; without one, as the operator of a running server, which has the accounts in its memory.</summary>
    private static async Task<int> Admin(Func<string[], IReadOnlyCollection<Type>, WebApplication> build, string[] args)
    {
        if (Server(args) is not { } url || AdminCommand.Parse(WithoutUrl(args)) is not { } request)
        {
            return await Fail(AdminCommand.Usage, 2);
        }

        if (args is [.., "--url", _] || Environment.GetEnvironmentVariable("DATABASE_URL") is null or "")
        {
            using var http = MemoryClient.Connect(url, Environment.GetEnvironmentVariable("OPERATOR_TOKEN"));
            return await new AdminCommand(new AdminClient(http), Console.Out, Console.Error).Run(request);
        }

        await using var app = build([], DatabaseOnly);
        try
        {
            return await new AdminCommand(app.Services.GetRequiredService<AdminDesk>(), Console.Out, Console.Error).Run(request);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e) || e is System.Data.Common.DbException)
        {
            return await Fail(e.Message, 1);
        }
    }

    private static async Task<int> AskDatabase(Func<string[], IReadOnlyCollection<Type>, WebApplication> build)
    {
        await using var app = build([], DatabaseOnly);
        try
        {
            return await Verify.Run(app.Services, Console.Out);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e) || e is System.Data.Common.DbException)
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
        catch (Exception e) when (e is FormatException or InvalidOperationException or System.Data.Common.DbException || DatabaseFailure.IsAway(e))
        {
            return await Fail(e.Message, 1);
        }
    }

    /// <summary>The address of a running server, from <c>--url</c> or <c>PORT</c>; null when it is none.</summary>
    private static string? Server(string[] args)
    {
        var url = args is [.., "--url", var given] ? given : $"http://localhost:{Environment.GetEnvironmentVariable("PORT") ?? "8080"}";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") ? url : null;
    }

    private static string[] WithoutUrl(string[] args) => args is [.., "--url", _] ? args[..^2] : args;

    private static async Task<int> Fail(string message, int code)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
