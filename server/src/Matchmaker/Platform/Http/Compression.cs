using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>
/// Answers from <see cref="Threshold"/> bytes are compressed: below that the packet is the same. The framework decides
/// at the first byte, when the length of JSON is not known yet; so the first kilobyte of an answer is held back, and a
/// whole answer that fits in it goes out with its length. Files have a length, and their own compressed form.
/// </summary>
internal static class Compression
{
    /// <summary>Bytes.</summary>
    public const int Threshold = 1024;

    public static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(o =>
        {
            // Tokens and personal data travel in small answers and in Authorization, beside no text of anybody else.
            o.EnableForHttps = true;
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, FromThreshold>();
    }

    public static void UseCompression(this IApplicationBuilder app)
    {
        app.UseResponseCompression();
        app.UseWhen(context => !context.Request.Path.IsHub(), branch => branch.Use(HoldBack));
    }

    private static async Task HoldBack(HttpContext context, RequestDelegate next)
    {
        var original = context.Features.Get<IHttpResponseBodyFeature>()!;
        await using var held = new HeldBackStream(original.Stream, context.Response);
        var feature = new StreamResponseBodyFeature(held, original);
        context.Features.Set<IHttpResponseBodyFeature>(feature);
        try
        {
            await next(context);
            await feature.CompleteAsync();
            await held.Finish();
        }
        finally
        {
            context.Features.Set(original);
        }
    }

    private sealed class FromThreshold(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
        : ResponseCompressionProvider(services, options)
    {
        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is null or >= Threshold
            && !context.Request.Path.StartsWithSegments("/api/auth") // a token, and a name of the caller's choice
            && base.ShouldCompressResponse(context);
    }
}
