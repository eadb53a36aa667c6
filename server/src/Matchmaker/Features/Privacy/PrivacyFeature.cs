using System.Net.Mime;
using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Privacy;

/// <summary>What people may take with them, and what is let go by itself.</summary>
internal static class PrivacyFeature
{
    public static void AddPrivacy(this IServiceCollection services)
    {
        services.AddSettings<PrivacyOptions>()
            .Must<PrivacyOptions, IOptions<CallOptions>>((o, calls) => o.KeepHistoryFor >= calls.Value.ArchiveAfter
                ? null
                : $"Privacy__KeepHistoryFor ({SettingText.Of(o.KeepHistoryFor)}) must not be shorter than Calls__ArchiveAfter "
                    + $"({SettingText.Of(calls.Value.ArchiveAfter)}): calls are let go from the archive");
        services.AddSingleton<Export>();
        services.AddBound<Export>("exports", e => e.Running, _ => Privacy.Export.AtOnce);
        services.AddBound<Export>("rates_export", e => e.Rates.Keys, e => e.Rates.MaxKeys, e => e.Rates.Evictions);
        services.AddSingleton<ICleanup, UnreachableAccounts>();
        services.AddSingleton<ICleanup>(provider =>
        {
            var (store, options) = (provider.GetRequiredService<ICallStore>(), provider.GetRequiredService<IOptions<PrivacyOptions>>().Value);
            return new BatchCleanup(
                "old_history", limit => store.CountForgettable(options.KeepHistoryFor, limit), limit => store.Forget(options.KeepHistoryFor, limit));
        });
    }

    public static void MapPrivacy(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/me/export", Answer).RequireAuthorization().AllowsBanned();

    private static async Task<IResult> Answer(ClaimsPrincipal me, HttpContext context, Export export, string? cursor = null)
    {
        var after = cursor is null ? null : HistoryCursor.Read(cursor);
        if (cursor is not null && after is null)
        {
            return Problems.From(CommonRefusals.InvalidArgument("cursor", "The cursor is none of ours."));
        }

        var begun = export.Begin(me.UserId());
        if (begun.Value is not { } turn)
        {
            return Problems.From(begun.No!);
        }

        using (turn)
        {
            var read = await export.Read(me.UserId(), after);
            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.Headers.ContentDisposition = "attachment; filename=\"matchmaker.json\"";
            try
            {
                await export.Write(me.UserId(), read, context.Response.BodyWriter, context.RequestAborted);
            }
            catch
            {
                context.Abort(); // half an answer must not look like a whole one
                throw;
            }

            return Results.Empty;
        }
    }
}
