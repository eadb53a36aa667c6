using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Support;

/// <summary>A collector of metrics on loopback: what it was sent, over HTTP/1.1 or as a call of gRPC over HTTP/2.</summary>
internal sealed class TestCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Export> _exports = new();

    private TestCollector(bool grpc, bool isIll)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(
            System.Net.IPAddress.Loopback, 0, l => l.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _exports.Enqueue(new Export(
                context.Request.Path, context.Request.ContentType, context.Request.Headers["x-key"].ToString(), Encoding.Latin1.GetString(body.ToArray())));
            if (isIll)
            {
                context.Abort();
                return;
            }

            if (grpc)
            {
                context.Response.ContentType = "application/grpc";
                context.Response.DeclareTrailer("grpc-status");
                await context.Response.Body.WriteAsync(new byte[5]); // an empty message
                context.Response.AppendTrailer("grpc-status", "0");
            }
        });
    }

    public IReadOnlyCollection<Export> Exports => _exports;

    public string Url => _app.Urls.Single();

    /// <param name="grpc">The protocol.</param>
    /// <param name="isIll">Hangs up instead of answering.</param>
    public static async Task<TestCollector> Start(bool grpc = false, bool isIll = false)
    {
        var collector = new TestCollector(grpc, isIll);
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <param name="Path">Of the request.</param>
    /// <param name="ContentType">Of the request.</param>
    /// <param name="Key">The header <c>x-key</c>.</param>
    /// <param name="Body">Protobuf, a character for each byte: names stand in it as they are.</param>
    public sealed record Export(string Path, string? ContentType, string Key, string Body);
}
