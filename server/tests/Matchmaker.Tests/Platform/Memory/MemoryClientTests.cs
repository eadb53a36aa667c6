using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class MemoryClientTests : IAsyncLifetime
{
    private readonly TestServer _server = TestServer.Start(settings: new() { ["OPERATOR_TOKEN"] = "s3cret", ["MEMORY_LIMIT_MB"] = "2000" });

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_reports_cleans_up_and_sets_thresholds()
    {
        var (code, said) = await Run("s3cret", "report");
        Assert.Equal(0, code);
        Assert.StartsWith("healthy (calm): ", said, StringComparison.Ordinal);
        Assert.Contains("  sessions: 0 of 300 entries", said, StringComparison.Ordinal);

        (code, said) = await Run("s3cret", "cleanup");
        Assert.Equal(0, code);
        Assert.Contains("expired_sessions 0", said, StringComparison.Ordinal);

        (code, said) = await Run("s3cret", "cleanup", "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("nothing was done: shrink_users 0 (0 bytes)", said, StringComparison.Ordinal);
        Assert.Contains("expired_sessions 0", said, StringComparison.Ordinal);

        (code, said) = await Run("s3cret", "thresholds", "1500,1600");
        Assert.Equal(0, code);
        Assert.Contains("warning at 1500 MB, critical at 1600 MB", said, StringComparison.Ordinal);
        Assert.Contains("pressure: Freed ", (await Run("s3cret", "report")).Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("thresholds", "1600,1500")]
    [InlineData("thresholds", "0,1500")]
    [InlineData("thresholds", "1500,2000")]
    public async Task Bad_values_are_refused_with_the_reason(params string[] args)
    {
        var (code, said) = await Run("s3cret", args);

        Assert.Equal(1, code);
        Assert.Contains("0 < warning < critical < the limit", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("explode")]
    [InlineData("thresholds")]
    [InlineData("thresholds", "1,two")]
    [InlineData("thresholds", "1,-2")]
    [InlineData("report", "now")]
    public async Task Anything_else_tells_the_usage(params string[] args)
    {
        var (code, said) = await Run("s3cret", args);

        Assert.Equal(2, code);
        Assert.Equal(MemoryClient.Usage, said.TrimEnd());
    }

    [Fact]
    public async Task Without_the_token_or_a_server_it_says_so()
    {
        var (code, said) = await Run(null, "report");
        Assert.Equal(1, code);
        Assert.Contains("refused (403)", said, StringComparison.Ordinal);

        using var http = MemoryClient.Connect("http://127.0.0.1:1", null);
        await using var output = new StringWriter();
        Assert.Equal(1, await new MemoryClient(http, output, TimeProvider.System).Run(["report"], TestContext.Current.CancellationToken));
        Assert.Contains("does not answer", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_says_it_again_and_again_until_stopped()
    {
        var time = new FakeTime();
        using var stopping = new CancellationTokenSource();
        using var http = MemoryClient.Connect(_server.Address.ToString(), "s3cret");
        await using var output = new StringWriter();
        var running = new MemoryClient(http, TextWriter.Synchronized(output), time).Run(["monitor"], stopping.Token);
        for (var lines = 1; lines <= 2; lines++)
        {
            while (output.ToString().Split('\n').Length <= lines)
            {
                time.Advance(TimeSpan.FromSeconds(30));
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        await stopping.CancelAsync();
        Assert.Equal(0, await running);
    }

    private async Task<(int Code, string Said)> Run(string? token, params string[] args)
    {
        using var http = MemoryClient.Connect(_server.Address.ToString(), token);
        await using var output = new StringWriter();
        return (await new MemoryClient(http, output, TimeProvider.System).Run(args, TestContext.Current.CancellationToken), output.ToString());
    }
}
