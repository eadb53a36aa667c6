using System.Text.Json;
using System.Text.Json.Serialization;
using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Calls;

/// <summary>How the stores write what they keep as JSON and as words. A card has plain uuids and the gender as a number.</summary>
internal static class CallJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static Card ReadCard(string json) => JsonSerializer.Deserialize<Card>(json, Options)!;

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
