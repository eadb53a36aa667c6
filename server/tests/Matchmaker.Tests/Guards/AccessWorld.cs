using Matchmaker.Features.Admin;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Guards;

/// <summary>Whoever may knock at a door.</summary>
public enum Caller
{
    Nobody,
    User,
    OtherUser,
    BannedUser,
    Viewer,
    Moderator,
    Senior,
    Admin,
    Operator,
}

/// <summary>A server with one of everybody.</summary>
public sealed class AccessWorld : IAsyncLifetime
{
    private const string OperatorToken = "an operator's token";

    private readonly Dictionary<Caller, Guest> _users = [];
    private readonly Dictionary<Caller, TestConsole> _admins = [];

    internal TestServer Server { get; } = TestServer.Start(settings: new()
    {
        ["OPERATOR_TOKEN"] = OperatorToken,
        ["Admin:PasswordIterations"] = "10000",
        ["Calls:HistoryFromSeconds"] = "0",
    });

    internal Guest User(Caller caller) => _users[caller];

    public async ValueTask InitializeAsync()
    {
        foreach (var caller in new[] { Caller.User, Caller.OtherUser, Caller.BannedUser })
        {
            _users[caller] = await SignUp(caller);
        }

        foreach (var caller in new[] { Caller.Viewer, Caller.Moderator, Caller.Senior, Caller.Admin })
        {
            _admins[caller] = await TestConsole.SignedIn(Server, Enum.Parse<AdminRole>(caller.ToString()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var admin in _admins.Values)
        {
            admin.Dispose();
        }

        await Server.DisposeAsync();
    }

    /// <summary>What the caller's browser or command sends along.</summary>
    /// <param name="fresh">Of somebody new, for doors behind which a session or an account ends.</param>
    internal async Task<(string Name, string Value)?> Credential(Caller caller, bool fresh = false)
    {
        switch (caller)
        {
            case Caller.Nobody:
                return null;
            case Caller.Operator:
                return ("Authorization", $"Bearer {OperatorToken}");
            case Caller.User or Caller.OtherUser or Caller.BannedUser:
                return ("Authorization", $"Bearer {(fresh ? await SignUp(caller) : _users[caller]).Token}");
            default:
                if (!fresh)
                {
                    return ("Cookie", _admins[caller].Cookie!);
                }

                using (var admin = await TestConsole.SignedIn(Server, Enum.Parse<AdminRole>(caller.ToString())))
                {
                    return ("Cookie", admin.Cookie!);
                }
        }
    }

    /// <summary>Two new people in a call, and its id.</summary>
    internal async Task<(TestHub Inviter, TestHub Invited, string CallId, Guest Who)> Call()
    {
        var (inviter, invited, inviteId, who) = await Invite();
        var callId = (await invited.Ok("AcceptInvite", inviteId, 60)).GetProperty("callId").GetString()!;
        await inviter.Expect("callStarted");
        return (inviter, invited, callId, who);
    }

    /// <summary>Two new people, of whom one has invited the other.</summary>
    internal async Task<(TestHub Inviter, TestHub Invited, string InviteId, Guest Who)> Invite()
    {
        var (ann, bob) = (await Server.SignUp("Ann"), await Server.SignUp("Bob"));
        var (inviter, invited) = (await TestHub.Open(Server, ann), await TestHub.Open(Server, bob));
        await invited.Ok("SetAvailable", true);
        var inviteId = (await inviter.Ok("Invite", bob.WireId, 60)).GetProperty("inviteId").GetString()!;
        return (inviter, invited, inviteId, ann);
    }

    /// <summary>A warning that the user has not seen.</summary>
    internal async Task<Guid> Warn(Guest guest) => (await Take(guest, MeasureKind.Warn)).MeasureId;

    private async Task<Guest> SignUp(Caller caller)
    {
        var guest = await Server.SignUp(caller.ToString());
        if (caller == Caller.BannedUser)
        {
            await Take(guest, MeasureKind.Ban);
        }

        return guest;
    }

    private async Task<Measure> Take(Guest guest, MeasureKind kind) => (await Server.Services.GetRequiredService<Measures>().Take(
        new NewMeasure(Guid.NewGuid(), guest.Id, kind, Reason.Other, "Because.", Duration: null, CaseId: null, Guid.NewGuid()))).Value!;
}
