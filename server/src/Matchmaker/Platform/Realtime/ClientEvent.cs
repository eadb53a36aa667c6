namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Something a browser can be told, by name. A feature lists its own in its <c>…Events</c> file; the outbox takes
/// nothing else, so that list is the wire out.
/// </summary>
internal readonly record struct ClientEvent(string Name);
