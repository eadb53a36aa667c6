using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Support;

/// <summary>Nothing stands against anybody.</summary>
internal sealed class NoMarks : IMarks
{
    public Mark? MarkOfLocked(Guid userId) => null;
}
