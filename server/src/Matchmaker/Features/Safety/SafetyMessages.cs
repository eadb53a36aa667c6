using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Safety;

/// <summary>Answer of <c>GET /api/blocks</c>: whom the caller has blocked, the latest first.</summary>
internal sealed record BlockList(IReadOnlyList<Card> People);
