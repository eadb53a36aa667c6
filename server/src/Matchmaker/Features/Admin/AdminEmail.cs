namespace Matchmaker.Features.Admin;

/// <summary>E-mail addresses as names of accounts: nothing is ever sent to them. Pure.</summary>
internal static class AdminEmail
{
    private const int MaxLength = 254;

    /// <summary>The address in lower case; false for what cannot be one.</summary>
    public static bool TryRead(string? text, out string email)
    {
        email = (text?.Trim() ?? "").ToLowerInvariant();
        var at = email.IndexOf('@');
        return email.Length <= MaxLength && at > 0 && at < email.Length - 1 && at == email.LastIndexOf('@')
            && email.All(c => c is > ' ' and < (char)127 and not ('"' or '<' or '>' or '\\' or ','));
    }

    /// <summary>What stands before the @: a name for whoever gave none.</summary>
    public static string NameOf(string email) => email[..email.IndexOf('@')] is var name && name.Length > 40 ? name[..40] : name;
}
