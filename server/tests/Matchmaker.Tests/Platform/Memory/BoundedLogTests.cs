using Matchmaker.Platform.Memory;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class BoundedLogTests
{
    private const int Item = 170; // ten bytes and what holds them
    private const int Key = 120;
    private readonly BoundedLog<int, string> _log = new(maxOfKey: 3, maxBytes: (5 * Item) + (2 * Key), text => text.Length);

    [Fact]
    public void Of_one_key_the_last_are_kept()
    {
        Add(1, "a", "b", "c");
        Assert.Equal(0, _log.Dropped);
        Add(1, "d");

        AssertHas(1, "b", "c", "d");
        Assert.Equal(((3 * Item) + Key, 1), (_log.Bytes, _log.Dropped));
    }

    [Fact]
    public void Of_all_the_one_that_was_written_first_goes_whosever_it_is()
    {
        Add(1, "a", "b");
        Add(2, "c", "d", "e");
        Assert.Equal((_log.MaxBytes, 0), (_log.Bytes, _log.Dropped));

        Add(2, "f");
        AssertHas(1, "a", "b");
        Add(1, "g");

        AssertHas(1, "b", "g");
        AssertHas(2, "d", "e", "f");
        Assert.Equal((_log.MaxBytes, 2), (_log.Bytes, _log.Dropped));
    }

    [Fact]
    public void A_key_that_is_removed_leaves_nothing()
    {
        Add(1, "a", "b");
        Add(2, "c");

        _log.Remove(1);
        _log.Remove(1);
        AssertHas(1);
        AssertHas(2, "c");
        _log.Remove(2);

        Assert.Equal((0, 0), (_log.Bytes, _log.Dropped));
    }

    [Fact]
    public void What_is_rewritten_weighs_what_it_weighs_now_and_keeps_its_place()
    {
        Add(1, "a", "b", "c");
        Add(2, "d");

        _log.Rewrite(text => text[0] == 'b' ? null : text[0] == 'c' ? "longer than it was" : text);

        Assert.Equal(["a---------", "longer than it was"], _log.Of(1));
        Assert.Equal((3 * Item) + (2 * Key) + 8, _log.Bytes);
        _log.Rewrite(_ => null);
        Assert.Equal(0, _log.Bytes);
        AssertHas(2);
    }

    [Fact]
    public void What_alone_weighs_too_much_is_not_kept()
    {
        _log.Add(1, new string('x', 10_000));

        AssertHas(1);
        Assert.Equal((0, 1), (_log.Bytes, _log.Dropped));
    }

    private void Add(int key, params string[] texts)
    {
        foreach (var text in texts)
        {
            _log.Add(key, text.PadRight(10, '-'));
        }
    }

    private void AssertHas(int key, params string[] texts) => Assert.Equal(texts.Select(t => t.PadRight(10, '-')), _log.Of(key));
}
