using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Accounts;

/// <summary>Something of a row above that may keep somebody from signing up.</summary>
internal interface ISignUpRule
{
    /// <summary>Why whoever comes from there does not get an account; null when nothing is against it.</summary>
    ValueTask<Refusal?> Judge(AddressKeys from);
}
