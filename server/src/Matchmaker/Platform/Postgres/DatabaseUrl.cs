using Npgsql;

namespace Matchmaker.Platform.Postgres;

/// <summary>
/// <c>DATABASE_URL</c> (postgres:// or postgresql://) as Npgsql's connection string: Npgsql does not read URIs.
/// A wrong one throws <see cref="FormatException"/> whose message never contains the password.
/// </summary>
internal static class DatabaseUrl
{
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.Host.Length == 0)
        {
            throw new FormatException("DATABASE_URL must look like postgres://user:password@host:port/database");
        }

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null,
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            // Npgsql would look for Kerberos at each new connection, which the image does not have: an exception and a line
            // on standard error each time, for something that a URI cannot ask for anyway.
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            switch (key)
            {
                case "sslmode":
                    builder.SslMode = value switch
                    {
                        "disable" => SslMode.Disable,
                        "allow" => SslMode.Allow,
                        "prefer" => SslMode.Prefer,
                        "require" => SslMode.Require,
                        "verify-ca" => SslMode.VerifyCA,
                        "verify-full" => SslMode.VerifyFull,
                        _ => throw new FormatException($"DATABASE_URL: sslmode '{value}' is not known"),
                    };
                    break;
                case "application_name":
                    builder.ApplicationName = value;
                    break;
                case "connect_timeout":
                    builder.Timeout = int.TryParse(value, out var seconds) && seconds is >= 0 and <= 1024
                        ? seconds
                        : throw new FormatException("DATABASE_URL: connect_timeout must be whole seconds, at most 1024");
                    break;
                default:
                    throw new FormatException($"DATABASE_URL: parameter '{key}' is not known");
            }
        }

        return builder;
    }
}
