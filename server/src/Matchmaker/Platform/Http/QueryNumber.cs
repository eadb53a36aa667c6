using System.Globalization;
using System.Reflection;

namespace Matchmaker.Platform.Http;

/// <summary>
/// A number in the query of an address, null when it is not there. Routes that are bound by compiled code would refuse one that is
/// none without its name.
/// </summary>
internal readonly record struct QueryNumber<T>(T? Value)
    where T : struct, IParsable<T>
{
    /// <summary>As the framework asks for it; throws what it throws, with the name of the parameter in it.</summary>
    public static ValueTask<QueryNumber<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var name = parameter.Name!;
        if (!context.Request.Query.TryGetValue(name, out var text))
        {
            return default;
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? new(new QueryNumber<T>(number))
            : throw new BadHttpRequestException($"Failed to bind parameter \"{typeof(T).Name} {name}\".");
    }
}
