namespace Matchmaker.Platform.Realtime;

/// <summary>
/// The way to the other instances. What one instance tells comes in its order and at most once, and may be lost: so it is
/// either worth nothing a second later, or says which rows have changed, and then whoever missed it asks the rows
/// (<see cref="IFollower"/>). Never blocks and never throws for want of a receiver.
/// </summary>
internal interface ICarrier
{
    /// <summary>There are no other instances: whatever is not here is nowhere.</summary>
    bool IsAlone { get; }

    /// <summary>False while others cannot be reached; what is told then is dropped.</summary>
    bool IsUp { get; }

    /// <summary>True when that instance has lately shown that it hears.</summary>
    bool Reaches(string instance);

    /// <summary>Tells all other instances.</summary>
    void Tell<T>(Topic<T> topic, T message);

    /// <summary>Tells one instance, by its name.</summary>
    void Send<T>(string instance, Topic<T> topic, T message);

    /// <summary>Hears what others tell; one after the other and quickly, since everything else waits.</summary>
    void On<T>(Topic<T> topic, Action<T> handler);

    /// <summary>Whether something may have been missed since this was last asked; always while others cannot be heard.</summary>
    bool TakeMissed();
}

/// <summary>A server by itself.</summary>
internal sealed class AloneCarrier : ICarrier
{
    public bool IsAlone => true;

    public bool IsUp => true;

    public bool Reaches(string instance) => false;

    public void Tell<T>(Topic<T> topic, T message)
    {
        // Nobody is there to hear it.
    }

    public void Send<T>(string instance, Topic<T> topic, T message)
    {
        // Nobody is there to hear it.
    }

    public void On<T>(Topic<T> topic, Action<T> handler)
    {
        // Nobody is there to tell anything.
    }

    public bool TakeMissed() => false;
}
