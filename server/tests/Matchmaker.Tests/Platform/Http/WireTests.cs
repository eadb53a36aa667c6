using System.Text.Json;
using Matchmaker.Platform.Http;

namespace Matchmaker.Tests.Platform.Http;

public sealed class WireTests
{
    private enum Mood
    {
        Calm,
        VeryHappy,
    }

    [Fact]
    public void An_id_is_22_characters_and_comes_back()
    {
        var id = Guid.NewGuid();
        var text = WireId.Format(id);

        Assert.Equal(22, text.Length);
        Assert.Equal(id, WireId.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")] // 23
    [InlineData("7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    public void A_forged_id_names_nothing(string? text) => Assert.Equal(Guid.Empty, WireId.Parse(text));

    [Fact]
    public void Payloads_are_camel_case_with_short_times_and_without_nulls()
    {
        var json = JsonSerializer.Serialize(
            new { StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)), Note = (string?)null, Mood = Mood.VeryHappy, Name = "Żółć" },
            WireJson.Options);

        Assert.Equal("""{"startedAt":"2026-01-02T02:04:05.678Z","mood":"very_happy","name":"Żółć"}""", json);
    }

    [Theory]
    [InlineData("\"calm\"", true)]
    [InlineData("\"very_happy\"", true)]
    [InlineData("\"Calm\"", false)]
    [InlineData("\"calm,very_happy\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("1", false)]
    [InlineData("null", false)]
    public void Words_are_read_exactly(string json, bool isKnown)
    {
        if (isKnown)
        {
            Assert.True(Enum.IsDefined(JsonSerializer.Deserialize<Mood>(json, WireJson.Options)));
        }
        else
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Mood>(json, WireJson.Options));
        }
    }

    [Fact]
    public void Ids_and_words_may_be_keys()
    {
        var id = Guid.NewGuid();
        var json = JsonSerializer.Serialize(new Dictionary<Mood, Dictionary<Guid, int>> { [Mood.Calm] = new() { [id] = 1 } }, WireJson.Options);

        Assert.Equal($$$"""{"calm":{"{{{WireId.Format(id)}}}":1}}""", json);
        Assert.Equal(1, JsonSerializer.Deserialize<Dictionary<Mood, Dictionary<Guid, int>>>(json, WireJson.Options)![Mood.Calm][id]);
    }
}
