using System.Net;
using System.Security.Cryptography;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What every store of address bans promises.</summary>
public abstract class AddressBanStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private readonly Guid _admin = Guid.NewGuid();

    private protected IAddressBanStore Store => World.Get<IAddressBanStore>();

    [Fact]
    public async Task A_ban_is_in_force_until_its_time_and_its_label_goes_with_it()
    {
        var ban = New() with { Label = "203.0.113.7", Duration = TimeSpan.FromHours(1) };

        var taken = (await Store.Take(ban, 1000))!;

        Assert.True(taken.InForce);
        Assert.Equal(("203.0.113.7", AddressScope.Network, TimeSpan.FromHours(1)), (taken.Label, taken.Scope, taken.Until - taken.TakenAt));
        Assert.Equal(ban.Key, Assert.Single(await Mine(ban)).Key);
        await World.Pass(TimeSpan.FromMinutes(59));
        Assert.Single(await Mine(ban));
        Assert.Equal(0, await Store.CountLabels(10));
        await World.Pass(TimeSpan.FromMinutes(1));

        Assert.Empty(await Mine(ban));
        Assert.Equal(1, await Store.CountLabels(10));
        Assert.Equal(1, await Store.DeleteLabels(10));
        Assert.Equal(0, await Store.DeleteLabels(10));
        Assert.Null(Assert.Single(await Store.List(1000), b => b.BanId == ban.BanId).Label);
        Assert.Null(await Store.Lift(ban.BanId, _admin, "Too late."));
    }

    [Fact]
    public async Task A_lifted_ban_is_over_at_once_and_both_are_in_the_audit_without_the_address()
    {
        var ban = New() with { Label = "203.0.113.7" };
        await Store.Take(ban, 1000);

        var lifted = (await Store.Lift(ban.BanId, _admin, "A school."))!;

        Assert.Equal((false, null, _admin), (lifted.InForce, lifted.Label, lifted.LiftedBy!.Value));
        Assert.Equal((false, _admin), ((await Store.Find(ban.BanId))!.InForce, (await Store.Find(ban.BanId))!.LiftedBy!.Value));
        Assert.Null(await Store.Find(Guid.NewGuid()));
        Assert.Empty(await Mine(ban));
        Assert.Null(await Store.Lift(ban.BanId, _admin, "Again."));
        var entries = await World.Get<IAuditStore>().Page(new AuditFilter(Subject: ban.BanId.ToString()), 10, null);
        Assert.Equal(["address.lift", "address.ban"], entries.Select(e => e.Action));
        Assert.All(entries, e => Assert.DoesNotContain("203.0.113", e.Detail));
    }

    [Fact]
    public async Task The_same_id_again_is_the_same_ban()
    {
        var ban = New();
        var first = (await Store.Take(ban, 1000))!;

        Assert.Equal(first.TakenAt, (await Store.Take(ban with { Text = "Another." }, 1000))!.TakenAt);
        Assert.Equal("Because.", Assert.Single(await Mine(ban)).Text);
    }

    [Fact]
    public async Task As_many_may_be_in_force_as_allowed_however_many_come_at_once()
    {
        var before = (await Store.InForce(1000)).Count;

        var taken = await Race.Of([.. Enumerable.Range(0, 8).Select(_ => (Func<Task<AddressBan?>>)(() => Store.Take(New(), before + 3)))]);

        Assert.Equal(3, taken.Count(b => b is not null));
        var one = taken.First(b => b is not null)!;
        await Store.Lift(one.BanId, _admin, "Make room.");
        Assert.NotNull(await Store.Take(New(), before + 3));
        Assert.Null(await Store.Take(New(), before + 3));
    }

    [Fact]
    public async Task Where_people_come_from_is_kept_with_their_login_and_counted()
    {
        var secret = await World.Get<IAccountStore>().AddressSecret();
        Assert.Equal(secret, await World.Get<IAccountStore>().AddressSecret());
        var net = RandomNumberGenerator.GetInt32(1, 250);
        AddressKeys From(int host) => AddressKeys.From(IPAddress.Parse($"10.{net}.7.{host}"), secret);
        var (a, b, c) = (await SignUp(From(1)), await SignUp(From(1)), await SignUp(From(2)));
        var nowhere = await SignUp(null);

        Assert.Equal(2, await Store.Reach(AddressScope.Address, From(1).Address));
        Assert.Equal(3, await Store.Reach(AddressScope.Network, From(9).Network));
        Assert.Equal((1, 2), await Store.Shares(a.UserId));
        Assert.Equal((0, 2), await Store.Shares(c.UserId));
        Assert.Equal((0, 0), await Store.Shares(nowhere.UserId));
        Assert.Equal([From(1)], await Store.KeysOf(b.UserId));
        Assert.Empty(await Store.KeysOf(nowhere.UserId));

        // Seen from elsewhere, the login is there; without an address it stays.
        await World.Get<IAccountStore>().FindSignedIn(b.SessionId, From(2));
        await World.Get<IAccountStore>().FindSignedIn(b.SessionId);
        Assert.Equal([From(2)], await Store.KeysOf(b.UserId));
        await World.Get<IAccountStore>().Erase(a.UserId);
        Assert.Equal(0, await Store.Reach(AddressScope.Address, From(1).Address));
    }

    private protected NewAddressBan New() => new(
        Guid.NewGuid(), AddressScope.Network, RandomNumberGenerator.GetBytes(16), null, Reason.Spam, "Because.", TimeSpan.FromDays(1), _admin);

    private async Task<IEnumerable<AddressBan>> Mine(NewAddressBan ban) => (await Store.InForce(1000)).Where(b => b.BanId == ban.BanId);

    private Task<Login> SignUp(AddressKeys? from) => World.Get<IAccountStore>().Create(
        new Card(Guid.NewGuid(), "Ada", Gender.Female, [], []), Guid.NewGuid(), RandomNumberGenerator.GetBytes(32), TimeSpan.FromDays(7), from);
}

public sealed class InMemoryAddressBanStoreTests() : AddressBanStoreContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresAddressBanStoreTests(TestDatabase database) : AddressBanStoreContractTests(database), IClassFixture<TestDatabase>;
