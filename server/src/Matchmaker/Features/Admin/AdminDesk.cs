using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>The operator's commands on the store itself: for the command beside a database, and behind the operator's route.</summary>
internal sealed class AdminDesk(AdminAccounts accounts) : IAdminDesk
{
    public async Task<Outcome<AdminSecret>> Handle(AdminCommandRequest request) => request.Action switch
    {
        "create" => await accounts.Create(request.Email, request.Name, request.Role, actor: null),
        "reset" => await accounts.Change(request.Email, new AdminChangeRequest(Reset: true)),
        "disable" => await accounts.Change(request.Email, new AdminChangeRequest(Disabled: true)),
        "enable" => await accounts.Change(request.Email, new AdminChangeRequest(Disabled: false)),
        "role" when request.Role is { } role => await accounts.Change(request.Email, new AdminChangeRequest(Role: role)),
        "role" => CommonRefusals.InvalidArgument("role"),
        _ => CommonRefusals.InvalidArgument("action", "The actions are create, reset, disable, enable and role."),
    };

    public async Task<(AdminAccountList? Answer, string? Error)> List() => (new AdminAccountList(await accounts.List()), null);

    public async Task<(AdminSecret? Answer, string? Error)> Do(AdminCommandRequest request)
    {
        var outcome = await Handle(request);
        return (outcome.Value, outcome.No?.Message);
    }
}
