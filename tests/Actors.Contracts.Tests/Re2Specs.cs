using Actors.Contracts.Text;
using CsCheck;
using Xunit;

namespace Actors.Contracts.Tests;

public sealed class Re2Specs
{
    private static readonly string[] Parts =
        [@"\", "[", "]", "^", "-", "(", ")", "(?P<n>", "(?m)", "*", "{2}", @"\pL", @"\Q", @"\E", "[:alpha:]", "$", "a", "b", "|", ".", "é", @"\x{41}", @"\D"];

    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?m)^a$", "b\na\n", true)]
    [InlineData(@"^\d+$", "٣", false)]
    [InlineData(@"^\d+$", "3", true)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"^[\W]$", "é", true)]
    [InlineData(@"^[^\D]$", "7", true)]
    [InlineData(@"^\S\s$", "a\v", false)]
    [InlineData("^[[:alpha:]_]+$", "ab_", true)]
    [InlineData("^[[:punct:]]$", "[", true)]
    [InlineData(@"^\pL+$", "grün", true)]
    [InlineData(@"^\PL$", "1", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\Qa.b\E$", "axb", false)]
    [InlineData(@"^\x{e9}$", "é", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a[]$", "[", true)]
    [InlineData("(?i)^HELLO$", "hello", true)]
    [InlineData("(?P<year>[0-9]{4})", "in 2026", true)]
    public void A_pattern_matches_as_in_RE2(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Re2.Compile(pattern).IsMatch(text));

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData(@"a\")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)")]
    [InlineData("[[:letter:]]")]
    [InlineData(@"\Z")]
    [InlineData(@"\x{110000}")]
    [InlineData("(((a{30}){30}){30}){30}")]
    public void What_RE2_does_not_have_is_refused(string pattern)
    {
        Assert.ThrowsAny<ArgumentException>(() => Re2.Compile(pattern));
        Assert.False(Re2.IsPattern(pattern));
    }

    [Theory]
    [InlineData("a1b22", "([0-9]+)", "<$1>", "a<1>b<22>")]
    [InlineData("a1b22", "([0-9]+)", "<$1x>", "a<>b<>")]
    [InlineData("a1b22", "([0-9]+)", "<${1}x>", "a<1x>b<22x>")]
    [InlineData("a1", "(?P<n>[0-9])", "$n$$ $& ${", "a1$ $& ${")]
    [InlineData("abc", "", "-", "-a-b-c-")]
    [InlineData("baaac", "a*", "-", "-b-c-")]
    [InlineData("abc", "b", "$9", "ac")]
    public void A_replacement_refers_to_groups_as_in_Go(string text, string pattern, string replacement, string result) =>
        Assert.Equal(result, Re2.Replace(Re2.Compile(pattern), text, replacement));

    [Fact]
    public void A_replacement_has_a_longest_length() =>
        Assert.Throws<InvalidOperationException>(() => Re2.Replace(Re2.Compile("a"), new string('a', 1000), new string('b', 1000), longest: 10_000));

    [Fact]
    public void A_pattern_made_to_backtrack_takes_no_time()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.DoesNotMatch(Re2.Compile("^(a|a)*(a+)+b$"), new string('a', 20_000));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"it took {clock.Elapsed}");
    }

    [Fact]
    public void Any_pattern_compiles_or_is_refused() =>
        Check.Sample(
            Gen.Int[0, Parts.Length - 1].Select(at => Parts[at]).Array[0, 12],
            parts =>
            {
                var pattern = string.Concat(parts);
                if (Re2.IsPattern(pattern)) _ = Re2.Replace(Re2.Compile(pattern), "ab\nÉ[]-(1)", "$1${n}", 10_000);
            });
}
