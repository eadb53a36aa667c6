using System.Text.Json;
using System.Text.Json.Serialization;
using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Calls;

/// <summary>How the stores write what they keep as JSON. A card has plain uuids and the gender as a number.</summary>
internal static class CallJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static Card ReadCard(string json) => JsonSerializer.Deserialize<Card>(json, Options)!;
}
