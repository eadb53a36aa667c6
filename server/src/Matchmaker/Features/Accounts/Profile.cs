using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Accounts;

/// <summary>What a person says about themselves, checked; null leaves a field as it is. Pure.</summary>
internal sealed record Profile(
    string? Name, Gender? Gender, IReadOnlyList<string>? Languages, IReadOnlyList<string>? Interests)
{
    public const int MaxLanguages = 5;
    public const int MaxInterests = 10;

    /// <summary>Longest interest in characters.</summary>
    public const int MaxInterest = 24;

    /// <summary>The first field that is wrong is named.</summary>
    public static Outcome<Profile> Read(ProfileRequest request)
    {
        string? name = null;
        if (request.Name is not null && !PersonName.TryRead(request.Name, out name))
        {
            return CommonRefusals.InvalidArgument("name", "A name has 1 to 40 visible characters on one line.");
        }

        if (request.Gender is { } gender && !Enum.IsDefined(gender))
        {
            return CommonRefusals.InvalidArgument("gender");
        }

        if (!TryReadLanguages(request.Languages, out var languages))
        {
            return CommonRefusals.InvalidArgument("languages", "At most 5 languages, each a BCP 47 tag such as en or pt-BR.");
        }

        if (!TryReadInterests(request.Interests, out var interests))
        {
            return CommonRefusals.InvalidArgument("interests", "At most 10 interests of 1 to 24 characters.");
        }

        return new Profile(name, request.Gender, languages, interests);
    }

    private static bool TryReadLanguages(IReadOnlyList<string?>? raw, out IReadOnlyList<string>? languages)
    {
        languages = null;
        if (raw is null)
        {
            return true;
        }

        var read = new List<string>();
        foreach (var text in raw)
        {
            if (!LanguageTag.TryRead(text, out var tag))
            {
                return false;
            }

            if (!read.Contains(tag, StringComparer.Ordinal))
            {
                read.Add(tag);
            }

            if (read.Count > MaxLanguages)
            {
                return false;
            }
        }

        languages = read;
        return true;
    }

    private static bool TryReadInterests(IReadOnlyList<string?>? raw, out IReadOnlyList<string>? interests)
    {
        interests = null;
        if (raw is null)
        {
            return true;
        }

        var read = new List<string>();
        foreach (var text in raw)
        {
            if (!PlainText.TryRead(text?.Trim(), MaxInterest, out var interest))
            {
                return false;
            }

            if (!read.Contains(interest, StringComparer.OrdinalIgnoreCase))
            {
                read.Add(interest);
            }

            if (read.Count > MaxInterests)
            {
                return false;
            }
        }

        interests = read;
        return true;
    }
}
