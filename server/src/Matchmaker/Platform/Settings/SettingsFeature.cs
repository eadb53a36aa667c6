using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Settings;

/// <summary>The settings of a feature: bound, read from their variables, and held to their ranges and rules before the start.</summary>
internal static class SettingsFeature
{
    /// <summary>Section and variables of <typeparamref name="T"/>; a wrong one stops the start.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            return new Rules<T>(o => OutOfRange(o, configuration));
        });
        return services.AddOptions<T>()
            .BindConfiguration(SettingName.SectionOf(typeof(T)), o => o.ErrorOnUnknownConfiguration = true)
            .Configure<IConfiguration>(ReadVariables)
            .ValidateOnStart();
    }

    /// <summary>A rule between settings: what is wrong in one line that names them, or null.</summary>
    public static OptionsBuilder<T> Must<T>(this OptionsBuilder<T> builder, Func<T, string?> problem)
        where T : class
    {
        builder.Services.AddSingleton<IValidateOptions<T>>(new Rules<T>(o => InRange(o) ? One(problem(o)) : []));
        return builder;
    }

    /// <summary>The same with something else to look at.</summary>
    public static OptionsBuilder<T> Must<T, TOther>(this OptionsBuilder<T> builder, Func<T, TOther, string?> problem)
        where T : class
        where TOther : notnull
    {
        builder.Services.AddSingleton<IValidateOptions<T>>(provider =>
            new Rules<T>(o => InRange(o) ? One(problem(o, provider.GetRequiredService<TOther>())) : []));
        return builder;
    }

    private static void ReadVariables<T>(T options, IConfiguration configuration)
        where T : class
    {
        var wrong = new List<string>();
        foreach (var property in typeof(T).GetProperties())
        {
            if (SettingName.VariableOf(property) is not { } variable || configuration[variable.Name] is not { Length: > 0 } text)
            {
                continue;
            }

            var type = variable.IsMilliseconds ? typeof(int) : property.PropertyType;
            if (!SettingText.IsReadable(text, type))
            {
                wrong.Add($"{variable.Name} must be {SettingText.Kind(type)}, but is {SettingText.Given(text)}");
                continue;
            }

            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            property.SetValue(options, variable.IsMilliseconds ? TimeSpan.FromMilliseconds((int)value!) : value);
        }

        if (wrong.Count > 0)
        {
            throw new OptionsValidationException(SettingName.SectionOf(typeof(T)), typeof(T), wrong);
        }
    }

    private static IEnumerable<string> OutOfRange<T>(T options, IConfiguration configuration)
        where T : class =>
        from property in typeof(T).GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        where range is not null
        let value = property.GetValue(options)
        where !range.IsValid(value)
        let name = SettingName.Of(typeof(T), property, configuration)
        let isMilliseconds = SettingName.VariableOf(property) is { IsMilliseconds: true } variable && variable.Name == name
        select $"{name} must be from {Bound(range.Minimum, isMilliseconds)} to {Bound(range.Maximum, isMilliseconds)}"
            + $"{(isMilliseconds ? " ms" : value is TimeSpan ? " (days.hours:minutes:seconds)" : "")}, but is "
            + (isMilliseconds ? SettingText.Of(((TimeSpan)value!).TotalMilliseconds) : SettingText.Of(value));

    /// <summary>What is out of its range has its line already.</summary>
    private static bool InRange<T>(T options)
        where T : class => typeof(T).GetProperties()
        .All(property => property.GetCustomAttribute<RangeAttribute>() is not { } range || range.IsValid(property.GetValue(options)));

    /// <summary>A bound of a duration is a text until the range was first asked, and a duration from then on.</summary>
    private static string Bound(object bound, bool isMilliseconds)
    {
        var duration = bound as TimeSpan? ?? (bound is string text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : null);
        return isMilliseconds && duration is { } d ? SettingText.Of(d.TotalMilliseconds) : SettingText.Of(duration ?? bound);
    }

    private static IEnumerable<string> One(string? problem) => problem is null ? [] : [problem];

    private sealed class Rules<T>(Func<T, IEnumerable<string>> problems) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            problems(options).ToList() is { Count: > 0 } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
