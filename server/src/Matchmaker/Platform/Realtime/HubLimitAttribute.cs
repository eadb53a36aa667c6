namespace Matchmaker.Platform.Realtime;

/// <summary>Which budget a hub method is counted against; every hub method has one (a test sees to it).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HubLimitAttribute(HubBudget budget) : Attribute
{
    public HubBudget Budget => budget;
}

/// <summary>The budgets of one connection; the figures are in <see cref="RateLimitOptions"/>.</summary>
internal enum HubBudget
{
    /// <summary>What a person does by hand: join, invite, end.</summary>
    Command,

    /// <summary>What WebRTC does by itself.</summary>
    Signal,

    /// <summary>Lines of chat.</summary>
    Chat,
}
