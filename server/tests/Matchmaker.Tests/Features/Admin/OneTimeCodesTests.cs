using System.Text;
using Matchmaker.Features.Admin;

namespace Matchmaker.Tests.Features.Admin;

public sealed class OneTimeCodesTests
{
    // The key of RFC 6238, appendix B; the codes are the last six of its eight digits.
    private static readonly byte[] _key = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "287082", 1)]
    [InlineData(1111111109, "081804", 37037036)]
    [InlineData(1234567890, "005924", 41152263)]
    [InlineData(20000000000, "353130", 666666666)]
    public void Codes_are_those_of_the_standard(long seconds, string code, long step) =>
        Assert.Equal(step, OneTimeCodes.Step(_key, code, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Theory]
    [InlineData(0, false)] // two steps early
    [InlineData(30, true)]
    [InlineData(119, true)]
    [InlineData(120, false)] // two steps late
    public void A_code_is_good_for_one_step_before_and_after_its_own(long seconds, bool good)
    {
        const string code = "359152"; // of step 2, from 60 s on
        Assert.Equal(good ? 2 : null, OneTimeCodes.Step(_key, code, DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("28708a")]
    [InlineData("２８７０８２")]
    public void Nothing_else_is_a_code(string code) => Assert.Null(OneTimeCodes.Step(_key, code, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void An_authenticator_reads_the_key_from_its_address() => Assert.Equal(
        "otpauth://totp/Matchmaker:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Matchmaker",
        OneTimeCodes.Address("ada@example.org", _key));
}
