using System.Reflection;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Memory;

/// <summary>Says no to new work while memory is short, so that whoever is here is served.</summary>
internal sealed class Shedding(MemoryManager manager, IOptions<MemoryOptions> options)
{
    /// <summary>The refusal in force, or null.</summary>
    public Refusal? Current => manager.IsShedding ? CommonRefusals.Unavailable.After(TimeSpan.FromSeconds(options.Value.ShedRetrySeconds)) : null;

    /// <summary>Asked of every call: looks at the method only while memory is short.</summary>
    public Refusal? Judge(MethodInfo method) => Current is { } no && method.IsDefined(typeof(NewWorkAttribute)) ? no : null;
}

internal static class SheddingExtensions
{
    /// <summary>The route begins new work.</summary>
    public static TBuilder Sheds<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.AddEndpointFilter(async (invocation, next) =>
            invocation.HttpContext.RequestServices.GetRequiredService<Shedding>().Current is { } no ? Problems.From(no) : await next(invocation));
}
