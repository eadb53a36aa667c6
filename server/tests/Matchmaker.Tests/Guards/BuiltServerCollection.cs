namespace Matchmaker.Tests.Guards;

/// <summary>The guards that look at the composed server share one.</summary>
[CollectionDefinition(Name)]
public sealed class BuiltServerCollection : ICollectionFixture<BuiltServer>
{
    public const string Name = "built server";
}
