using StackExchange.Redis;

namespace Matchmaker.Platform.Redis;

/// <summary>One pair of sockets to Redis, subscribed to both channels of this instance. Replaced as a whole when it falls silent.</summary>
internal sealed class RedisLink : IDisposable
{
    private readonly ConnectionMultiplexer _redis;
    private readonly ISubscriber _subscriber;

    private RedisLink(ConnectionMultiplexer redis)
    {
        _redis = redis;
        // The library's own default; without it handlers run in any order.
        _redis.PreserveAsyncOrder = true;
        _subscriber = redis.GetSubscriber();
    }

    /// <summary>Connects and subscribes. <paramref name="received"/> must only enqueue: everything after it waits.</summary>
    public static async Task<RedisLink> Open(
        ConfigurationOptions options, string all, string own, Action<bool, byte[]> received, TimeSpan patience, TimeProvider time)
    {
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = (int)patience.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.ReconnectRetryPolicy = new LinearRetry(250);
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        RedisLink link;
        try
        {
            link = new RedisLink(await connecting.WaitAsync(patience * 2, time));
        }
        catch (TimeoutException)
        {
            _ = CloseLate(connecting);
            throw;
        }

        try
        {
            await link._subscriber.SubscribeAsync(all, (_, message) => received(true, message)).WaitAsync(patience, time);
            await link._subscriber.SubscribeAsync(own, (_, message) => received(false, message)).WaitAsync(patience, time);
            return link;
        }
        catch
        {
            _ = Task.Run(link.Dispose);
            throw;
        }
    }

    /// <summary>Completes when Redis has it. The library itself waits for ever: the caller must not.</summary>
    public Task Publish(string channel, byte[] message) => _subscriber.PublishAsync(channel, message);

    /// <summary>Takes up to a second: on a thread of its own.</summary>
    public void Dispose() => _redis.Dispose();

    private static async Task CloseLate(Task<ConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            (await connecting).Dispose();
        }
    }
}
