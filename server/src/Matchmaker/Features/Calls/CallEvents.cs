using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Calls;

/// <summary>What the browser is told about a call.</summary>
internal static class CallEvents
{
    public static readonly ClientEvent CallStarted = new("callStarted");

    public static readonly ClientEvent PartnerStatus = new("partnerStatus");

    public static readonly ClientEvent CallMoved = new("callMoved");

    public static readonly ClientEvent CallEnded = new("callEnded");

    public static readonly ClientEvent SocialsShared = new("socialsShared");
}
