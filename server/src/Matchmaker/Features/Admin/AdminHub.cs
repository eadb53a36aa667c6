using Microsoft.AspNetCore.SignalR;

namespace Matchmaker.Features.Admin;

/// <summary>
/// The hub of consoles: it tells and is asked nothing. Who may connect is said where it is mapped.
/// </summary>
internal sealed class AdminHub(CaseWatch watch) : Hub
{
    /// <summary>What holds now; from then on what changes.</summary>
    public override async Task OnConnectedAsync()
    {
        await base.OnConnectedAsync();
        watch.TellAgain();
    }
}
