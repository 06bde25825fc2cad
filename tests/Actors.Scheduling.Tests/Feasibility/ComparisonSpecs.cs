using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Tests.Feasibility;

public class ComparisonSpecs
{
    [Theory]
    [InlineData("linux", "=", "linux", true)]
    [InlineData("linux", "==", "linux", true)]
    [InlineData("linux", "is", "windows", false)]
    [InlineData("linux", "", "linux", true)]
    [InlineData("linux", "!=", "windows", true)]
    [InlineData("linux", "not", "linux", false)]
    [InlineData(null, "!=", "linux", true)]
    [InlineData(null, "=", "linux", false)]
    [InlineData("9", "<", "10", true)]
    [InlineData("9.5", "<", "10", true)]
    [InlineData("9.5a", "<", "10", false)]
    [InlineData("abc", "<", "abd", true)]
    [InlineData("10", "<=", "10", true)]
    [InlineData("11", ">", "10", true)]
    [InlineData("10", ">=", "10", true)]
    [InlineData(null, "<", "10", false)]
    [InlineData("web-12", "regexp", "^web-[0-9]+$", true)]
    [InlineData("a web-12 b", "regexp", "web", true)]
    [InlineData("db-1", "regexp", "^web", false)]
    [InlineData("x", "regexp", "(", false)]
    [InlineData("ab", "regexp", "(?P<first>a)b", true)]
    [InlineData("1.7.2", "version", ">= 1.6.0, < 1.8.0", true)]
    [InlineData("1.2.4", "version", "~> 1.2.3", true)]
    [InlineData("1.3.0", "version", "~> 1.2.3", false)]
    [InlineData("1.9", "version", "~> 1.2", true)]
    [InlineData("2.0-beta1", "version", ">= 1.2", false)]
    [InlineData("1.2-beta2", "version", ">= 1.2-beta1", true)]
    [InlineData("not a version", "version", ">= 1.0", false)]
    [InlineData("1.8", "version", "= 1.8.0", true)]
    [InlineData("2.0.0-beta1", "semver", ">= 1.2.0", true)]
    [InlineData("1.7", "semver", ">= 1.0.0", false)]
    [InlineData("1.7.0-rc1", "semver", "< 1.7.0", true)]
    [InlineData("1.7.0+ent", "semver", "= 1.7.0", true)]
    [InlineData("1.2.3", "semver", "~> 1.2.0", false)]
    [InlineData("a, b,c", "set_contains", "c, a", true)]
    [InlineData("a,b", "set_contains_all", "a,z", false)]
    [InlineData("a,b", "set_contains_any", "z,b", true)]
    [InlineData("a,b", "set_contains_any", "x,y", false)]
    [InlineData("x", "is_set", "", true)]
    [InlineData(null, "is_set", "", false)]
    [InlineData(null, "is_not_set", "", true)]
    [InlineData("x", "is_not_set", "", false)]
    [InlineData("x", "no-such-operator", "x", false)]
    public void Operators_mean_what_they_mean_in_Nomad(string? left, string @operator, string right, bool holds) =>
        Assert.Equal(holds, new Comparison("${attr.x}", @operator, right).Holds(left, right));

    [Fact]
    public void A_pathological_expression_is_answered_in_linear_time()
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();

        Assert.False(new Comparison("${attr.x}", "regexp", "^(a+)+$").Holds(new string('a', 100_000) + "b", "^(a+)+$"));

        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("dc1", "dc1", true)]
    [InlineData("dc1", "dc10", false)]
    [InlineData("eu-*", "eu-west", true)]
    [InlineData("*-1", "us-east-1", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c", false)]
    public void Datacenter_patterns_match_with_stars(string pattern, string name, bool matches) => Assert.Equal(matches, Glob.Matches(pattern, name));

    [Fact]
    public void A_pathological_pattern_is_answered_in_linear_time()
    {
        var comparison = new Comparison("${attr.x}", "regexp", "^(a+)+$");
        Assert.False(comparison.Holds(new string('a', 50_000) + "b", "^(a+)+$"));
    }
}
