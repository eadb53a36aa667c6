using System.Security.Cryptography;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Passwords of admins and their hashes. A hash takes a tenth of a second of a processor on purpose, so at most two are
/// made at a time, in two lanes: accounts at networks where they have signed in before do not wait behind strangers,
/// however many of these knock.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int MinLength = 12;
    public const int MaxLength = 128;

    /// <summary>In a lane, the one that is being hashed too: two seconds of waiting.</summary>
    public const int MaxWaiting = 20;

    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private readonly PasswordHasher<AdminAccount> _hasher;
    private readonly Lane _known = new();
    private readonly Lane _strangers = new();
    private readonly Lazy<string> _nobodys;

    public Passwords(IOptions<AdminOptions> options)
    {
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        _nobodys = new(() => _hasher.HashPassword(null!, Create()));
    }

    /// <summary>Waiting or being hashed, and how many were turned away.</summary>
    public (int Count, long Refused) Waiting => (_known.Count + _strangers.Count, _known.Refused + _strangers.Refused);

    /// <summary>A password nobody has to think up: 100 bits, in five groups, without letters that look like another.</summary>
    public static string Create() => string.Join('-', RandomNumberGenerator.GetString(Letters, 20).Chunk(4).Select(group => new string(group)));

    /// <summary>A password as it is compared, or null when nobody may have such a one.</summary>
    public static string? Read(string? text, string email) =>
        text is { Length: <= MaxLength * 2 } && PlainText.Normalize(text) is { Length: >= MinLength and <= MaxLength } password
        && !password.Equals(email, StringComparison.OrdinalIgnoreCase)
            ? password
            : null;

    public Task<Outcome<string>> Hash(string password) =>
        InTurn(isKnown: true, () => Task.FromResult<Outcome<string>>(_hasher.HashPassword(null!, password)));

    /// <summary>Whether the password is that of the hash; takes as long when there is no hash. For whoever is in turn.</summary>
    public bool Verify(string? hash, string password) =>
        _hasher.VerifyHashedPassword(null!, hash ?? _nobodys.Value, password) != PasswordVerificationResult.Failed && hash is not null;

    /// <summary>Runs it when it is its turn; <c>unavailable</c>, and not run, when too many wait.</summary>
    public Task<Outcome<T>> InTurn<T>(bool isKnown, Func<Task<Outcome<T>>> work) => (isKnown ? _known : _strangers).Run(work);

    public void Dispose()
    {
        _known.Dispose();
        _strangers.Dispose();
    }

    private sealed class Lane : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);
        private int _count;
        private long _refused;

        public int Count => Volatile.Read(ref _count);

        public long Refused => Interlocked.Read(ref _refused);

        public void Dispose() => _turn.Dispose();

        public async Task<Outcome<T>> Run<T>(Func<Task<Outcome<T>>> work)
        {
            if (Interlocked.Increment(ref _count) > MaxWaiting)
            {
                Interlocked.Decrement(ref _count);
                Interlocked.Increment(ref _refused);
                return CommonRefusals.Unavailable;
            }

            try
            {
                await _turn.WaitAsync();
                try
                {
                    return await work();
                }
                finally
                {
                    _turn.Release();
                }
            }
            finally
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
