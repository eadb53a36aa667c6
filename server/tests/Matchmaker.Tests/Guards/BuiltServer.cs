using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Guards;

/// <summary>The server as Program.cs puts it together, embedded: what it registers and what it maps.</summary>
public sealed class BuiltServer : IAsyncLifetime
{
    private readonly TestServer _server;

    public BuiltServer() => _server = TestServer.Start(services: services => Services = services);

    /// <summary>Every registration.</summary>
    public IServiceCollection Services { get; private set; } = new ServiceCollection();

    /// <summary>What was registered, made.</summary>
    public IServiceProvider Provider => _server.Services;

    /// <summary>Every mapped route, the hub's and those of static files too.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
