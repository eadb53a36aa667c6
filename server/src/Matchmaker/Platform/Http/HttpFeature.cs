using System.Globalization;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
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
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .Configure<IConfiguration>((o, c) =>
            {
                o.AllowedOrigins = c["ALLOWED_ORIGINS"] ?? o.AllowedOrigins;
                o.ClientIpHeader = c["CLIENT_IP_HEADER"] ?? o.ClientIpHeader;
                o.TrustedProxies = c["TRUSTED_PROXIES"] is { Length: > 0 } proxies ? proxies : o.TrustedProxies;
                o.OperatorToken = c["OPERATOR_TOKEN"] ?? o.OperatorToken;
            })
            .ValidateDataAnnotations()
            .Validate(o => o.Origins().All(HttpOptions.IsOrigin), "ALLOWED_ORIGINS must list origins such as https://app.example, with commas")
            .Validate(o => HttpOptions.IsAddressHeader(o.ClientIpHeader), "CLIENT_IP_HEADER must name a header that holds addresses, such as X-Real-IP")
            .Validate(o => HttpOptions.AreNetworks(o.TrustedProxies), "TRUSTED_PROXIES must list addresses or networks, with commas")
            .ValidateOnStart();
        services.AddOptions<RateLimitOptions>()
            .Configure<IConfiguration>((o, c) => o.Enabled = c["RATE_LIMITS"] is { Length: > 0 } on ? on != "off" : o.Enabled)
            .Validate<IConfiguration>((_, c) => c["RATE_LIMITS"] is null or "" or "on" or "off", "RATE_LIMITS must be on or off");
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

        var port = DefaultPort;
        if (builder.Configuration["PORT"] is { Length: > 0 } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65_536))
        {
            throw new OptionsValidationException(HttpOptions.Section, typeof(HttpOptions), ["PORT must be a number from 1 to 65535"]);
        }

        builder.WebHost.UseUrls($"http://{(builder.Environment.IsDevelopment() ? "localhost" : "*")}:{port}");
    }
}
