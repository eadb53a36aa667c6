using System.Text.RegularExpressions;

namespace Matchmaker.Tests.Guards;

/// <summary>What has one place has no second: SQL, the names of shared keys, and the clients of both.</summary>
public sealed partial class NamesTests
{
    private const string RedisFolder = "server/src/Matchmaker/Platform/Redis/";

    [Fact]
    public void Sql_is_run_by_stores_only() => Guard.None(
        from file in Repository.Server
        where DatabaseClient().IsMatch(file.Code) && !file.Path.Contains("/Platform/Postgres/")
            && !(file.Name.StartsWith("Postgres", StringComparison.Ordinal) && file.Name.EndsWith("Store.cs", StringComparison.Ordinal))
        select file.Path);

    [Fact]
    public void Redis_is_spoken_in_one_folder_only() => Guard.None(
        Repository.Server.Where(f => RedisClient().IsMatch(f.Code) && !f.Path.StartsWith(RedisFolder, StringComparison.Ordinal)).Select(f => f.Path));

    [Fact]
    public void Names_in_redis_stand_in_RedisNames_only() => Guard.None(
        from file in Repository.Server
        where file.Path != RedisFolder + "RedisNames.cs"
        from literal in file.Literals
        where IsRedisName(literal) || (file.Path.StartsWith(RedisFolder, StringComparison.Ordinal) && PartOfName().IsMatch(literal))
        select $"{file.Path}: \"{literal}\"");

    [Theory]
    [InlineData("mm:user:", true)]
    [InlineData("mm:user:{id}", true)]
    [InlineData("channel:instance", true)]
    [InlineData("turn:", false)]
    [InlineData("http:", false)]
    [InlineData("1 to 64 letters: digits", false)]
    [InlineData("{Method} {Path} failed", false)]
    public void A_name_in_redis_is_known_by_its_colons(string literal, bool expected) => Assert.Equal(expected, IsRedisName(literal));

    private static bool IsRedisName(string literal) => RedisName().IsMatch(literal);

    [GeneratedRegex(@"\bNpgsql\b|\bDapper\b")]
    private static partial Regex DatabaseClient();

    [GeneratedRegex(@"\bStackExchange\s*\.\s*Redis\b")]
    private static partial Regex RedisClient();

    // Two or more words with colons between them, as keys and channels are written; a scheme is one word.
    [GeneratedRegex(@"^[a-z][a-z0-9_-]*:[a-z{*][\w{}*.:-]*$")]
    private static partial Regex RedisName();

    // Beside the client itself also a word with one colon is a name: "user:" + id.
    [GeneratedRegex(@"^:?[a-z][a-z0-9_-]*:$|^:[a-z]")]
    private static partial Regex PartOfName();
}
