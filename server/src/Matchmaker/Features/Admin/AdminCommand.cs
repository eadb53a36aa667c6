namespace Matchmaker.Features.Admin;

/// <summary>
/// <c>admin create|reset|disable|enable|role|list</c>: says what a desk answers in words; passwords and keys once, on the
/// output. Exit code 0, 1 (refused, or no answer) or 2 (usage).
/// </summary>
internal sealed class AdminCommand(IAdminDesk desk, TextWriter output, TextWriter errors)
{
    public const string Usage =
        "Matchmaker admin [create EMAIL [--name NAME] [--role viewer|moderator|senior|admin] | reset EMAIL | disable EMAIL | enable EMAIL | "
        + "role EMAIL ROLE | list] [--url http://localhost:8080]";

    /// <summary>What is asked for, or null when it cannot be understood; an empty one lists.</summary>
    public static AdminCommandRequest? Parse(string[] args) => args switch
    {
        ["list"] => new AdminCommandRequest(),
        ["create", var email, .. var more] => Options(new AdminCommandRequest("create", email), more),
        ["reset" or "disable" or "enable", var email] => new AdminCommandRequest(args[0], email),
        ["role", var email, var role] when Role(role) is { } known => new AdminCommandRequest("role", email, Role: known),
        _ => null,
    };

    public async Task<int> Run(AdminCommandRequest request)
    {
        if (request.Action is null)
        {
            return await List();
        }

        var (answer, error) = await desk.Do(request);
        if (answer is null)
        {
            await errors.WriteLineAsync(error);
            return 1;
        }

        await output.WriteLineAsync(Describe(answer.Account));
        if (answer is { Password: { } password, Otpauth: { } otpauth })
        {
            await output.WriteLineAsync($"Password: {password}");
            await output.WriteLineAsync($"Authenticator: {otpauth}");
            await output.WriteLineAsync("Both are shown this once. The password can be changed at the console.");
        }

        return 0;
    }

    private async Task<int> List()
    {
        var (accounts, error) = await desk.List();
        if (accounts is null)
        {
            await errors.WriteLineAsync(error);
            return 1;
        }

        foreach (var account in accounts.Accounts)
        {
            await output.WriteLineAsync(Describe(account));
        }

        return 0;
    }

    private static string Describe(AdminAccountView account) =>
        $"{account.Email} ({account.Name}): {Word(account.Role)}"
        + (account.DisabledAt is { } disabled ? $", disabled {disabled:yyyy-MM-dd}" : "")
        + (account.SignedInAt is { } seen ? $", signed in {seen:yyyy-MM-dd HH:mm} UTC" : "");

    private static AdminCommandRequest? Options(AdminCommandRequest request, string[] more) => more switch
    {
        [] => request,
        ["--role", var role, .. var rest] when Role(role) is { } known => Options(request with { Role = known }, rest),
        ["--name", var name, .. var rest] => Options(request with { Name = name }, rest),
        _ => null,
    };

    private static string Word(AdminRole role) => role.ToString().ToLowerInvariant();

    private static AdminRole? Role(string word) =>
        Enum.GetValues<AdminRole>().Where(r => Word(r) == word).Select(r => (AdminRole?)r).FirstOrDefault();
}

/// <summary>Where accounts of the console are managed from outside it: the database itself, or a running server.</summary>
internal interface IAdminDesk
{
    Task<(AdminAccountList? Answer, string? Error)> List();

    Task<(AdminSecret? Answer, string? Error)> Do(AdminCommandRequest request);
}
