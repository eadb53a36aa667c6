using System.Collections.Concurrent;
using System.Reflection;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Around every hub method: its budget, no new work while memory is short, and no exception text for a browser. A lost database is an expected "no"
/// (<c>unavailable</c>); anything else is a bug, logged here and answered with <c>internal</c>.
/// </summary>
internal sealed class HubGuard(
    IOptions<RateLimitOptions> rates, Shedding shedding, TimeProvider time, RealtimeMetrics metrics, ILogger<HubGuard> logger) : IHubFilter
{
    private readonly ConcurrentDictionary<MethodInfo, HubBudget> _budgets = new();

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (rates.Value.Enabled && !Bucket(invocation).TryTake(out var wait))
        {
            metrics.RateLimited.Add(1);
            return Reply.Refuse(CommonRefusals.RateLimited.After(wait));
        }

        if (shedding.Judge(invocation.HubMethod) is { } no)
        {
            return Reply.Refuse(no);
        }

        try
        {
            return await next(invocation);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            RealtimeLog.DatabaseAway(logger, invocation.HubMethodName);
            metrics.Failed(CommonRefusals.Unavailable.Code);
            return Reply.Refuse(CommonRefusals.Unavailable);
        }
        catch (OperationCanceledException) when (invocation.Context.ConnectionAborted.IsCancellationRequested)
        {
            return Reply.Refuse(CommonRefusals.Unavailable);
        }
        catch (Exception e)
        {
            RealtimeLog.MethodFailed(logger, e, invocation.HubMethodName);
            metrics.Failed(CommonRefusals.Internal.Code);
            return Reply.Refuse(CommonRefusals.Internal);
        }
    }

    private TokenBucket Bucket(HubInvocationContext invocation)
    {
        var budget = _budgets.GetOrAdd(
            invocation.HubMethod, static method => method.GetCustomAttribute<HubLimitAttribute>()?.Budget ?? HubBudget.Command);
        if (invocation.Context.Items.TryGetValue(budget, out var bucket))
        {
            return (TokenBucket)bucket!;
        }

        var r = rates.Value;
        var created = budget switch
        {
            HubBudget.Signal => new TokenBucket(r.SignalsPerSecond, r.SignalBurst, time),
            HubBudget.Chat => new TokenBucket(r.ChatPerSecond, r.ChatBurst, time),
            _ => new TokenBucket(r.CommandsPerSecond, r.CommandBurst, time),
        };
        invocation.Context.Items[budget] = created;
        return created;
    }
}
