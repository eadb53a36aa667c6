using System.Reflection;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Authorization;

namespace Matchmaker.Tests.Guards;

/// <summary>Every public method of the hub, in whichever part it stands, can be called by a browser.</summary>
public sealed class HubTests
{
    internal static IReadOnlyList<MethodInfo> Methods { get; } = MethodsOf(typeof(MatchmakerHub));

    internal static IReadOnlyList<MethodInfo> MethodsOf(Type hub) =>
    [
        .. hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(m => m.GetBaseDefinition() == m)
            .OrderBy(m => m.Name, StringComparer.Ordinal),
    ];

    [Fact]
    public void The_hub_asks_for_its_ticket()
    {
        Assert.NotNull(typeof(MatchmakerHub).GetCustomAttribute<AuthorizeAttribute>());
        Guard.None(Methods.Where(m => m.GetCustomAttribute<AllowAnonymousAttribute>() is not null).Select(m => m.Name));
    }

    [Fact]
    public void Every_method_has_a_budget()
    {
        Assert.NotEmpty(Methods);
        Guard.None(Methods.Where(m => m.GetCustomAttribute<HubLimitAttribute>() is null).Select(m => m.Name));
    }

    [Fact]
    public void Every_method_answers_a_reply() =>
        Guard.None(Methods.Where(m => m.ReturnType != typeof(Task<Reply>)).Select(m => $"{m.Name} returns {m.ReturnType}"));

    /// <summary>In a method that does not stream it breaks the call without a word.</summary>
    [Fact]
    public void No_method_takes_a_cancellation_token() => Guard.None(
        Methods.Where(m => m.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken))).Select(m => m.Name));
}
