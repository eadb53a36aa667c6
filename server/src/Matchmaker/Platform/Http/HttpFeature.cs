using System.Globalization;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>The edge: what every request passes before it reaches a feature.</summary>
internal static class HttpFeature
{
    private const int DefaultPort = 8080;

    public static void AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<HttpOptions>()
            .Must<HttpOptions, IConfiguration>((_, c) => c["PORT"] is not { Length: > 0 } text || Port(text) is not null
                ? null
                : $"PORT must be a number from 1 to 65535, but is {SettingText.Given(text)}")
            .Must(o => o.AllowedOrigins.Length > 0 && o.Origins().FirstOrDefault(text => !HttpOptions.IsOrigin(text)) is { } wrong
                ? $"ALLOWED_ORIGINS must list origins such as https://app.example, with commas and without a path, but has {SettingText.Given(wrong)}"
                : null)
            .Must(o => HttpOptions.IsAddressHeader(o.ClientIpHeader)
                ? null
                : $"CLIENT_IP_HEADER must name a header that holds addresses, such as X-Real-IP, but is {SettingText.Given(o.ClientIpHeader)}")
            .Must(o => HttpOptions.AreNetworks(o.TrustedProxies)
                ? null
                : $"TRUSTED_PROXIES must list addresses or networks, with commas, but is {SettingText.Given(o.TrustedProxies)}")
            .Must<HttpOptions, IHostEnvironment>((o, environment) =>
                environment.IsProduction() && o.OperatorToken is { Length: > 0 and < HttpOptions.LeastTokenLength }
                    ? $"OPERATOR_TOKEN must have at least {HttpOptions.LeastTokenLength} characters in Production: it opens everything that an operator may do"
                    : null);
        services.AddOptions<RateLimitOptions>()
            .Configure<IConfiguration>((o, c) => o.Enabled = c["RATE_LIMITS"] is { Length: > 0 } on ? on != "off" : o.Enabled)
            .Must<RateLimitOptions, IConfiguration>((_, c) => c["RATE_LIMITS"] is null or "" or "on" or "off"
                ? null
                : $"RATE_LIMITS must be on or off, but is {SettingText.Given(c["RATE_LIMITS"])}");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IStartupFilter, ClientAddress.First>();
        services.AddSingleton<OriginRule>();
        services.AddSingleton<OperatorAccess>();
        services.ConfigureHttpJsonOptions(o => WireJson.Apply(o.SerializerOptions));
        // Thrown in every environment, so that Failures can name the field.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddCompression();
        services.AddCors();
        services.AddSingleton<HttpMetrics>();
        services.AddSingleton<RequestRates>();
        services.AddBound<RequestRates>("rates_address", r => r.Addresses.Keys, r => r.Addresses.MaxKeys, r => r.Addresses.Evictions);
        services.AddBound<RequestRates>("rates_guest", r => r.Guests.Keys, r => r.Guests.MaxKeys, r => r.Guests.Evictions);
        services.AddBound<RequestRates>("rates_user", r => r.Users.Keys, r => r.Users.MaxKeys, r => r.Users.Evictions);
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<HttpOptions>>((o, http) => o.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = http.Value.RequestTimeout,
            WriteTimeoutResponse = context => Problems.Write(context, CommonRefusals.Unavailable),
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>>(LimitKestrel);
        services.AddLifetime();
        services.AddHealth();
        Listen(builder);
    }

    public static void UseHttp(this WebApplication app)
    {
        var isLimited = app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.Enabled;
        var rates = app.Services.GetRequiredService<RequestRates>();
        app.UseMiddleware<RequestCounter>();
        app.UseSecurityHeaders();
        app.UseMiddleware<Failures>();
        app.UseCompression();
        app.UseRouting();
        app.UseCors(policy => policy
            .WithOrigins([.. app.Services.GetRequiredService<IOptions<HttpOptions>>().Value.Origins()])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("authorization", "content-type")
            .WithExposedHeaders("Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromHours(24)));
        app.UseWhen(context => !context.Request.Path.IsHub(), branch => branch.UseRequestTimeouts());
        if (isLimited)
        {
            app.UseRates(rates.OfAddress);
        }
        else
        {
            HttpLog.RateLimitsOff(app.Logger);
        }

        app.UseAuthentication();
        if (isLimited)
        {
            app.UseRates(rates.OfUser);
        }

        app.UseAuthorization();
    }

    private static void LimitKestrel(KestrelServerOptions kestrel, IOptions<HttpOptions> http)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = http.Value.MaxTcpConnections;
        kestrel.Limits.MaxRequestBodySize = http.Value.MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = http.Value.HeadersTimeout;
        // Whoever sends a body, or takes an answer, more slowly than this is let go: a phone with one bar does a hundred times more.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(http.Value.MinBytesPerSecond, http.Value.SlowFor);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(http.Value.MinBytesPerSecond, http.Value.SlowFor);
        kestrel.Limits.KeepAliveTimeout = http.Value.IdleTimeout;
        // A hub ticket in the request line is under 1 KB; everything else about a browser's headers is under 8.
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
    }

    /// <summary>
    /// On <c>PORT</c>: for everybody, but in Development for this machine only. Addresses given to the framework itself win.
    /// </summary>
    private static void Listen(WebApplicationBuilder builder)
    {
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 })
        {
            return;
        }

        // A wrong one stops the start with the other wrong settings.
        var port = Port(builder.Configuration["PORT"]) ?? DefaultPort;
        builder.WebHost.UseUrls($"http://{(builder.Environment.IsDevelopment() ? "localhost" : "*")}:{port}");
    }

    private static int? Port(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 ? port : null;
}
