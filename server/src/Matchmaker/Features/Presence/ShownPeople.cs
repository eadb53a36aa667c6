using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Who is shown, longest available first, all and by gender: whoever looks for few of many must not pass all the others.
/// Under the lobby's lock. Invariant: everybody is in <c>_all</c> and in the set of their gender.
/// </summary>
internal sealed class ShownPeople
{
    private static readonly IComparer<Lobby.Person> _order = Comparer<Lobby.Person>.Create(static (a, b) =>
        a.Since != b.Since ? a.Since.CompareTo(b.Since) : a.Card.Id.CompareTo(b.Card.Id));

    private readonly SortedSet<Lobby.Person> _all = new(_order);
    private readonly Dictionary<Gender, SortedSet<Lobby.Person>> _ofGender =
        Enum.GetValues<Gender>().ToDictionary(g => g, _ => new SortedSet<Lobby.Person>(_order));

    public bool Add(Lobby.Person person) => _all.Add(person) && _ofGender[person.Card.Gender].Add(person);

    public bool Remove(Lobby.Person person) => _all.Remove(person) && _ofGender[person.Card.Gender].Remove(person);

    /// <param name="genders">Null or none: of all.</param>
    public int Count(IReadOnlyList<Gender>? genders) => genders is null or [] ? _all.Count : Sets(genders).Sum(set => set.Count);

    /// <summary>In order, while nobody comes or goes.</summary>
    public IEnumerable<Lobby.Person> Of(IReadOnlyList<Gender>? genders) => genders switch
    {
        null or [] => _all,
        [var one] => _ofGender[one],
        _ => Merge([.. Sets(genders)]),
    };

    private IEnumerable<SortedSet<Lobby.Person>> Sets(IReadOnlyList<Gender> genders) => genders.Distinct().Select(g => _ofGender[g]);

    private static IEnumerable<Lobby.Person> Merge(List<IEnumerable<Lobby.Person>> sets)
    {
        var heads = sets.ConvertAll(set => set.GetEnumerator());
        heads.RemoveAll(head => !head.MoveNext());
        while (heads.MinBy(head => head.Current, _order) is { } first)
        {
            yield return first.Current;
            if (!first.MoveNext())
            {
                heads.Remove(first);
            }
        }
    }
}
