using System.Buffers.Text;
using System.Security.Cryptography;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

public class HubTicketsTests
{
    private const string Tab = "0123456789abcdef";
    private readonly FakeTime _time = new();
    private readonly KeyStore _store;
    private readonly HubTickets _tickets;
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _session = Guid.NewGuid();

    public HubTicketsTests()
    {
        var embedded = new EmbeddedLock();
        _store = new KeyStore(new InMemoryPresenceStore(embedded, new InMemoryMeasureStore(embedded, new InMemoryAuditStore(embedded, _time), _time), _time));
        _tickets = new HubTickets(_store, _time, Options.Create(new PresenceOptions()));
    }

    [Fact]
    public async Task A_ticket_says_who_may_connect_and_as_which_tab()
    {
        var issued = await _tickets.Issue(Coming());

        var connection = await _tickets.Read(issued.Ticket);

        Assert.Equal((_user, _session, Tab), (connection!.UserId, connection.SessionId, connection.Tab));
        Assert.Equal(22, connection.Id.Length);
        Assert.Equal(connection.Id, (await _tickets.Read(issued.Ticket))!.Id);
        Assert.NotEqual(connection.Id, (await _tickets.Read((await _tickets.Issue(Coming())).Ticket))!.Id);
    }

    [Fact]
    public async Task No_single_bit_of_a_ticket_can_be_changed()
    {
        var bytes = Base64Url.DecodeFromChars((await _tickets.Issue(Coming())).Ticket);
        Assert.True(bytes.Length * 8 >= 800);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(await _tickets.Read(Base64Url.EncodeToString(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(await _tickets.Read(Base64Url.EncodeToString(bytes)));
    }

    [Fact]
    public async Task A_thousand_random_changes_are_refused_and_none_throws()
    {
        var ticket = (await _tickets.Issue(Coming())).Ticket;
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var changed = ticket.ToCharArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                changed[random.Next(changed.Length - 1)] = (char)random.Next(33, 127); // the last one has bits that say nothing
            }

            if (new string(changed) != ticket)
            {
                Assert.Null(await _tickets.Read(new string(changed)));
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("====")]
    [InlineData("not base64url!")]
    [InlineData("AAAA")]
    public async Task What_is_no_ticket_is_refused(string? text) => Assert.Null(await _tickets.Read(text));

    [Fact]
    public async Task A_ticket_that_is_too_short_or_too_long_is_refused()
    {
        var ticket = (await _tickets.Issue(Coming())).Ticket;

        Assert.Null(await _tickets.Read(ticket[..^4]));
        Assert.Null(await _tickets.Read(ticket + "AAAA"));
        Assert.Null(await _tickets.Read(new string('A', 100_000)));
        Assert.NotNull(await _tickets.Read((await _tickets.Issue(Coming(new string('t', 64)))).Ticket));
    }

    [Fact]
    public async Task A_ticket_holds_for_thirty_seconds()
    {
        var issued = await _tickets.Issue(Coming());
        Assert.Equal(TimeSpan.FromSeconds(30), issued.ExpiresAt - _time.GetUtcNow());

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.NotNull(await _tickets.Read(issued.Ticket));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _tickets.Read(issued.Ticket));
    }

    [Fact]
    public async Task A_ticket_of_the_key_before_is_read_and_of_an_older_one_is_not()
    {
        var old = (await _tickets.Issue(Coming())).Ticket;

        _store.Rotate();
        Assert.NotNull(await Fresh().Read(old));
        _store.Rotate();
        Assert.Null(await Fresh().Read(old));
    }

    [Fact]
    public async Task A_rotated_key_is_used_within_a_minute()
    {
        await _tickets.Issue(Coming());
        _store.Rotate();
        _store.Rotate();
        Assert.Null(await Fresh().Read((await _tickets.Issue(Coming())).Ticket));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(await Fresh().Read((await _tickets.Issue(Coming())).Ticket));
    }

    [Fact]
    public async Task Without_the_database_the_keys_that_are_known_go_on_working()
    {
        await _tickets.Issue(Coming());
        _store.IsAway = true;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.NotNull(await _tickets.Read((await _tickets.Issue(Coming())).Ticket));
        await Assert.ThrowsAsync<TimeoutException>(() => Fresh().Issue(Coming()));
    }

    [Theory]
    [InlineData("1234567", false)]
    [InlineData("12345678", true)]
    [InlineData("Az09-_Az", true)]
    [InlineData("1234 678", false)]
    [InlineData("1234567ä", false)]
    [InlineData(null, false)]
    public void A_tab_is_eight_to_sixty_four_characters_of_base64url(string? tab, bool isTab) =>
        Assert.Equal(isTab, HubTickets.IsTab(tab));

    [Fact]
    public void A_tab_of_sixty_five_characters_is_none()
    {
        Assert.True(HubTickets.IsTab(new string('t', 64)));
        Assert.False(HubTickets.IsTab(new string('t', 65)));
    }

    private Connection Coming(string tab = Tab) => HubTickets.NewConnection(_user, _session, tab);

    private HubTickets Fresh() => new(_store, _time, Options.Create(new PresenceOptions()));

    /// <summary>A presence store whose keys can be rotated, and that can be away.</summary>
    private sealed class KeyStore(InMemoryPresenceStore inner) : IPresenceStore
    {
        private HubTicketKeys _keys = new(RandomNumberGenerator.GetBytes(32), null);

        public bool IsAway { get; set; }

        public void Rotate() => _keys = new HubTicketKeys(RandomNumberGenerator.GetBytes(32), _keys.Current);

        public Task<HubTicketKeys> HubTicketKeys() =>
            IsAway ? Task.FromException<HubTicketKeys>(new TimeoutException()) : Task.FromResult(_keys);

        public Task<long> Register(TimeSpan lease) => inner.Register(lease);

        public Task<bool> Renew(long generation, TimeSpan lease) => inner.Renew(generation, lease);

        public Task<long> LastOpened() => inner.LastOpened();

        public Task<IReadOnlyList<string>> Reconcile(
            long generation, IReadOnlyList<Connection> open, IReadOnlyList<(Guid UserId, DateTimeOffset Since)> available, int max, long upTo) =>
            inner.Reconcile(generation, open, available, max, upTo);

        public Task Resign(long generation) => inner.Resign(generation);

        public Task<bool> HasOthers() => inner.HasOthers();

        public Task<OpenedSlot> Open(Connection connection, long generation, int max, int? maxOfAll) =>
            inner.Open(connection, generation, max, maxOfAll);

        public Task<bool> HasRoom(Guid userId, string tab, int max, int maxOfAll) => inner.HasRoom(userId, tab, max, maxOfAll);

        public Task<int> Close(string connectionId) => inner.Close(connectionId);

        public Task<DateTimeOffset?> SetAvailable(Guid userId, bool available) => inner.SetAvailable(userId, available);

        public Task<DateTimeOffset?> AvailableSince(Guid userId) => inner.AvailableSince(userId);

        public Task<IReadOnlyList<Displacement>> DisplacedOf(IReadOnlyList<string> open) => inner.DisplacedOf(open);

        public Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since, bool Shown)>> ListAvailable(IReadOnlyCollection<Guid> users) =>
            inner.ListAvailable(users);

        public Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since)>> ListAvailable(int limit) => inner.ListAvailable(limit);

        public Task<int> DeleteDead(int limit) => inner.DeleteDead(limit);

        public Task<int> CountDead(int limit) => inner.CountDead(limit);
    }
}
