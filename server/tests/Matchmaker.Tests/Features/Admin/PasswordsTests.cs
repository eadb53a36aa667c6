using Matchmaker.Features.Admin;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Admin;

public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(Options.Create(new AdminOptions { PasswordIterations = 10_000 }));

    public void Dispose() => _passwords.Dispose();

    [Fact]
    public async Task A_password_is_that_of_its_hash_and_no_other_is()
    {
        var hash = (await _passwords.Hash("correct horse battery")).Value!;

        Assert.True(_passwords.Verify(hash, "correct horse battery"));
        Assert.False(_passwords.Verify(hash, "Correct horse battery"));
        Assert.NotEqual(hash, (await _passwords.Hash("correct horse battery")).Value);
    }

    /// <summary>Of a PBKDF2 hash as ASP.NET Core writes it: the version, the function (SHA-512 is 2) and the rounds.</summary>
    [Fact]
    public async Task It_is_hashed_as_often_as_the_settings_say()
    {
        var hash = Convert.FromBase64String((await _passwords.Hash("correct horse battery")).Value!);

        Assert.Equal([1, 0, 0, 0, 2], hash[..5]);
        Assert.Equal(10_000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)));
        Assert.Equal(210_000, new AdminOptions().PasswordIterations);
    }

    [Fact]
    public void Without_an_account_no_password_fits() => Assert.False(_passwords.Verify(null, "correct horse battery"));

    [Fact]
    public void A_password_of_ours_is_long_and_never_the_same()
    {
        var made = Passwords.Create();

        Assert.Matches("^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){4}$", made);
        Assert.NotEqual(made, Passwords.Create());
        Assert.Equal(made, Passwords.Read(made, "ada@example.org"));
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_chosen_one_has_12_to_128_characters(int length, bool good) =>
        Assert.Equal(good, Passwords.Read(new string('x', length), "ada@example.org") is not null);

    [Fact]
    public void The_address_is_no_password() => Assert.Null(Passwords.Read("Ada@Example.org", "ada@example.org"));

    /// <summary>A crowd of strangers fills its own lane; who is known at their network goes past it.</summary>
    [Fact]
    public async Task Strangers_wait_for_strangers_only()
    {
        var door = new TaskCompletionSource();
        async Task<Outcome<bool>> Hold()
        {
            await door.Task;
            return true;
        }

        var strangers = Enumerable.Range(0, Passwords.MaxWaiting).Select(_ => _passwords.InTurn(isKnown: false, Hold)).ToList();

        Assert.Equal(CommonRefusals.Unavailable, (await _passwords.InTurn(isKnown: false, Hold)).No);
        Assert.Equal((Passwords.MaxWaiting, 1), _passwords.Waiting);
        Assert.True((await _passwords.InTurn(isKnown: true, () => Task.FromResult<Outcome<bool>>(true))).Value);

        door.SetResult();
        Assert.All(await Task.WhenAll(strangers), o => Assert.True(o.Value));
        Assert.Equal((0, 1), _passwords.Waiting);
    }

    [Fact]
    public async Task In_a_lane_one_goes_after_the_other()
    {
        var (now, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _passwords.InTurn<bool>(isKnown: false, async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return true;
        })));

        Assert.Equal(1, most);
    }
}
