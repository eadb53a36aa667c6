namespace Matchmaker.Platform.Memory;

/// <summary>Begins something that costs memory: refused with <c>unavailable</c> while memory is short (<see cref="MemoryLevel.Shed"/>).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NewWorkAttribute : Attribute;
