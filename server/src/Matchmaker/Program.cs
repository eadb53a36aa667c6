using Matchmaker;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Admin;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Privacy;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Logging;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Redis;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

return args is [var command, ..] && !command.StartsWith('-')
    ? await Commands.Run(command, args[1..], Build, Serve)
    : await Commands.Configured(() => Serve(args));

static WebApplication Build(string[] args, IReadOnlyCollection<Type> settings)
{
    // Slim: without IIS, QUIC and TLS, which a proxy in front does, and their 5 MB.
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = PublishedFolder() });
    // The pages as they were built, also when run from the build output outside Development.
    builder.WebHost.UseStaticWebAssets();
    builder.AddLogs();
    builder.AddHttp();
    builder.AddTelemetry();
    builder.Services.AddMemory();
    builder.Services.AddRealtime();
    builder.Services.AddPostgres();
    builder.Services.AddRedis();
    builder.Services.AddAccounts();
    builder.Services.AddSafety();
    builder.Services.AddPresence();
    builder.Services.AddCalls();
    builder.Services.AddMatching();
    builder.Services.AddSignaling();
    builder.Services.AddChat();
    builder.Services.AddReports();
    builder.Services.AddPrivacy();
    builder.Services.AddAdmin();
    builder.Services.AddSingleton<Resuming>();
    WrongSettings.Stop(builder, settings);
    return builder.Build();
}

static async Task<int> Serve(string[] args)
{
    var app = Build(args, CheckConfig.Sections);
    app.SayWhatIsLogged();
    app.SayWhereStateLives();
    app.UseAdminPage();
    app.UseDefaultFiles();
    app.UseRealtime();
    app.UseHubOrigin();
    app.UseAdminOrigin();
    app.UseHttp();
    app.UseSafety();
    app.UseConnectionGate();
    app.UseAdminGate();
    app.MapStaticAssets().DisableHttpMetrics(); // a route for each file
    app.MapHealth();
    app.MapTelemetry();
    app.MapMemory();
    app.MapAccounts();
    app.MapSafety();
    app.MapPresence();
    app.MapCalls();
    app.MapMatching();
    app.MapSignaling();
    app.MapChat();
    app.MapReports();
    app.MapPrivacy();
    app.MapAdmin();
    app.MapHub<MatchmakerHub>("/hub", o => RealtimeFeature.Configure(o, app.Services.GetRequiredService<IOptions<RealtimeOptions>>().Value));
    await app.RunAsync();
    return 0;
}

// What is published has its pages and settings beside it, wherever it is started; a build output has no pages in it.
static string? PublishedFolder() =>
    Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null;
