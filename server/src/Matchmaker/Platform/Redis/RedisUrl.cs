using System.Globalization;
using StackExchange.Redis;

namespace Matchmaker.Platform.Redis;

/// <summary>
/// <c>REDIS_URL</c> (redis:// or rediss://) as the client's options: it takes a URI for no address at all, without a word.
/// A wrong one throws <see cref="FormatException"/> whose message never contains the password.
/// </summary>
internal static class RedisUrl
{
    private const string Form = "REDIS_URL must look like redis://:password@host:port/0, or rediss:// for TLS";

    public static ConfigurationOptions Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0
            || uri.Query.Length > 0)
        {
            throw new FormatException(Form);
        }

        var (user, password) = uri.UserInfo.Split(':', 2) is [var u, var p] ? (u, p) : (uri.UserInfo, "");
        if (user is not ("" or "default"))
        {
            throw new FormatException("REDIS_URL: a user other than 'default' cannot be used");
        }

        var database = 0;
        if (uri.AbsolutePath.Length > 1 && !int.TryParse(uri.AbsolutePath[1..], NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            throw new FormatException("REDIS_URL: the database must be a number");
        }

        var options = new ConfigurationOptions
        {
            Password = password.Length > 0 ? Uri.UnescapeDataString(password) : null,
            Ssl = uri.Scheme == "rediss",
            SslHost = uri.Scheme == "rediss" ? uri.Host : null,
            DefaultDatabase = database,
            ClientName = "matchmaker",
        };
        options.EndPoints.Add(uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : 6379);
        return options;
    }

    /// <summary>The same to show: the password is replaced.</summary>
    public static string Hide(string url, string hidden)
    {
        var options = Parse(url);
        var uri = new Uri(url);
        return $"{uri.Scheme}://{(options.Password is null ? "" : $":{hidden}@")}{uri.Authority[(uri.Authority.LastIndexOf('@') + 1)..]}/{options.DefaultDatabase}";
    }
}
