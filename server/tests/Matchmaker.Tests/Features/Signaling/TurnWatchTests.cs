using System.Diagnostics.Metrics;
using System.Text.Json;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Signaling;

public sealed class TurnWatchTests : IAsyncDisposable
{
    private readonly TurnStub _stub = new();
    private readonly FakeTime _time = new();
    private readonly SignalingOptions _options = new();

    public ValueTask DisposeAsync() => _stub.DisposeAsync();

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task A_server_that_lets_us_in_works(string transport)
    {
        var watch = Watch($"turn:{_stub.Address}?transport={transport}");
        Assert.Equal(TurnState.Unknown, watch.Findings[0].State);
        Assert.Single(watch.Usable);

        await watch.Look(default);

        Assert.Equal(new TurnFinding(TurnState.Up), watch.Findings[0]);
        Assert.Equal(4, _stub.Requests); // the last one gives the address back
    }

    [Fact]
    public async Task A_name_is_looked_up()
    {
        var watch = Watch($"turn:localhost:{_stub.Address.Split(':')[1]}");
        await watch.Look(default);
        Assert.Equal(TurnState.Up, watch.Findings[0].State);
    }

    [Theory]
    [InlineData(401, "Refused", false)]
    [InlineData(403, "Refused", false)]
    [InlineData(486, "Full", true)]
    [InlineData(508, "Full", true)]
    public async Task A_no_says_which_one(int code, string state, bool isUsable)
    {
        _stub.Code = code;
        var watch = Watch($"turn:{_stub.Address}");
        await watch.Look(default);
        Assert.Equal((state, $"Allocate answers {code}"), (watch.Findings[0].State.ToString(), watch.Findings[0].Why));
        Assert.Equal(isUsable, watch.Usable.Count > 0);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Silence_is_given_up(string transport)
    {
        _stub.Code = TurnStub.Silence;
        _options.TurnCheckTimeout = TimeSpan.FromMilliseconds(100);
        var watch = Watch($"turn:{_stub.Address}?transport={transport}");
        await watch.Look(default);
        Assert.Equal(new TurnFinding(TurnState.Unreachable, "no answer"), watch.Findings[0]);
    }

    [Theory]
    [InlineData("turn:{0}?transport=udp")]
    [InlineData("turn:{0}?transport=tcp")]
    [InlineData("turns:{0}")]
    public async Task Nobody_there_is_told_at_once(string form)
    {
        var gone = new TurnStub();
        await gone.DisposeAsync();
        var watch = Watch(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, gone.Address));
        await watch.Look(default);
        Assert.Equal(new TurnFinding(TurnState.Unreachable, "ConnectionRefused"), watch.Findings[0]);
    }

    [Fact]
    public async Task A_name_without_an_address_is_told()
    {
        var watch = Watch("turn:no-such-host.invalid");
        await watch.Look(default);
        Assert.Equal(TurnState.Unreachable, watch.Findings[0].State);
    }

    [Fact]
    public async Task A_lost_packet_is_sent_again()
    {
        _stub.Lost = 1;
        var watch = Watch($"turn:{_stub.Address}");
        await watch.Look(default);
        Assert.Equal(TurnState.Up, watch.Findings[0].State);
        Assert.Equal(0, _stub.Lost);
    }

    [Fact]
    public async Task What_answers_no_question_is_skipped()
    {
        _stub.Before = [1, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]];
        foreach (var transport in new[] { "udp", "tcp" })
        {
            var watch = Watch($"turn:{_stub.Address}?transport={transport}");
            await watch.Look(default);
            Assert.Equal(TurnState.Up, watch.Findings[0].State);
        }
    }

    [Fact]
    public async Task An_answer_without_end_is_no_answer()
    {
        _stub.Before = [1, 1, 0xFF, 0xFF, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]];
        var watch = Watch($"turn:{_stub.Address}?transport=tcp");
        await watch.Look(default);
        Assert.Equal(new TurnFinding(TurnState.Unreachable, "The answer is too long."), watch.Findings[0]);
    }

    [Fact]
    public async Task What_is_no_turn_server_over_tls_is_unreachable()
    {
        _options.TurnCheckTimeout = TimeSpan.FromSeconds(1);
        var watch = Watch($"turns:{_stub.Address}");
        await watch.Look(default);
        Assert.Equal(TurnState.Unreachable, watch.Findings[0].State);
    }

    [Fact]
    public async Task One_that_fails_is_given_to_nobody_until_it_works_again()
    {
        await using var other = new TurnStub();
        var watch = Watch($"turn:{_stub.Address}", $"turn:{other.Address}");
        await watch.Look(default);
        Assert.Equal(2, watch.Usable.Count);

        _stub.Code = 401;
        await watch.Look(default);
        Assert.Equal($"turn:{other.Address}", Assert.Single(watch.Usable).Text);

        _stub.Code = TurnStub.Yes;
        await watch.Look(default);
        Assert.Equal(2, watch.Usable.Count);
    }

    [Fact]
    public async Task The_worker_looks_at_the_start_and_every_so_often()
    {
        var watch = Watch($"turn:{_stub.Address}");
        await watch.StartAsync(default);
        await Eventually.Holds(() => watch.SinceLook is not null);
        _stub.Code = 401;
        _time.Advance(_options.TurnCheckEvery);
        await Eventually.Holds(() => watch.Usable.Count == 0);
        _stub.Code = TurnStub.Yes;
        _time.Advance(_options.TurnCheckEvery);
        await Eventually.Holds(() => watch.Usable.Count == 1);
        await watch.StopAsync(default);
    }

    [Fact]
    public async Task Zero_means_that_nobody_looks()
    {
        _options.TurnCheckEvery = TimeSpan.Zero;
        var watch = Watch($"turn:{_stub.Address}");
        await watch.StartAsync(default);
        await watch.ExecuteTask!;
        Assert.Null(watch.SinceLook);
        Assert.Equal(0, _stub.Requests);
    }

    [Fact]
    public async Task Health_and_gauge_tell_what_was_found_and_since_when()
    {
        var watch = Watch($"turn:{_stub.Address}");
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _ = new SignalingMetrics(services.GetRequiredService<IMeterFactory>(), watch);
        var health = new TurnHealth(Source($"turn:{_stub.Address}"), watch);
        Assert.Equal(JsonValueKind.Undefined, Told(health, "up").ValueKind);
        Assert.Empty(Gauge(services));

        _time.Advance(TimeSpan.FromSeconds(7));
        await watch.Look(default);
        Assert.True(Told(health, "up").GetBoolean());
        Assert.Equal(["0: 1"], Gauge(services));
        Assert.Equal(7, Told(health, "sinceSeconds").GetInt64());

        _stub.Code = 401;
        await watch.Look(default);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(Told(health, "up").GetBoolean());
        Assert.Equal(["0: 0"], Gauge(services));
        Assert.Equal((3, 3), (Told(health, "sinceSeconds").GetInt64(), Told(health, "lastCheckSeconds").GetInt64()));
        var server = Told(health, "servers")[0];
        Assert.Equal(("refused", $"turn:{_stub.Address}"), (server.GetProperty("state").GetString(), server.GetProperty("url").GetString()));
        Assert.Equal("coturn", Told(health, "provider").GetString());
    }

    private static CoturnIceServerSource Source(params string[] urls) => new([.. urls.Select(url => TurnUrl.Parse(url)!)], "a secret of the tests");

    private static JsonElement Told(TurnHealth health, string field) =>
        JsonSerializer.SerializeToElement(health.Describe(), WireJson.Options).TryGetProperty(field, out var told) ? told : default;

    private static List<string> Gauge(ServiceProvider services)
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "matchmaker.turn.up" && instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => seen.Add($"{tags[0].Value}: {value}"));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private TurnWatch Watch(params string[] urls) => new(
        Source(urls), new InstanceIdentity(new ConfigurationBuilder().Build()), _time, Options.Create(_options), NullLogger<TurnWatch>.Instance);
}
