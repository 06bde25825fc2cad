using Actors.Cli.CommandLine;
using CsCheck;

namespace Actors.Cli.Tests.CommandLine;

public sealed class FlagParserSpecs
{
    private static readonly Flag[] Known =
    [
        Flag.Switch("detach", ""),
        Flag.Text("region", "region", ""),
        Flag.List("var", "name=value", ""),
        Flag.Number("n", "lines", ""),
        Flag.Duration("deadline", ""),
    ];

    [Theory]
    [InlineData("-region=eu")]
    [InlineData("--region=eu")]
    [InlineData("-region", "eu")]
    [InlineData("--region", "eu")]
    public void A_value_may_follow_an_equals_sign_or_a_blank_after_one_dash_or_two(params string[] args) =>
        Assert.Equal("eu", FlagParser.Parse(args, Known).Flags.Text("region"));

    [Theory]
    [InlineData("-detach", true)]
    [InlineData("-detach=true", true)]
    [InlineData("-detach=false", false)]
    [InlineData("--detach=1", true)]
    public void A_switch_needs_no_value_but_may_have_one(string arg, bool expected) =>
        Assert.Equal(expected, FlagParser.Parse([arg], Known).Flags.IsOn("detach"));

    [Fact]
    public void Where_flags_come_first_what_follows_an_argument_is_not_looked_at()
    {
        var (flags, arguments) = FlagParser.Parse(["-detach", "a", "-c", "-n", "x"], Known, flagsFirst: true);
        Assert.True(flags.IsOn("detach"));
        Assert.Equal(["a", "-c", "-n", "x"], arguments);
    }

    [Fact]
    public void Flags_may_stand_before_and_after_arguments()
    {
        var (flags, arguments) = FlagParser.Parse(["a", "-detach", "b", "-n", "5", "c"], Known);
        Assert.Equal(["a", "b", "c"], arguments);
        Assert.True(flags.IsOn("detach"));
        Assert.Equal(5, flags.Number("n"));
    }

    [Fact]
    public void A_switch_does_not_take_the_next_argument() =>
        Assert.Equal(["job"], FlagParser.Parse(["-detach", "job"], Known).Arguments);

    [Fact]
    public void After_two_dashes_nothing_is_a_flag() =>
        Assert.Equal(["-detach", "x"], FlagParser.Parse(["--", "-detach", "x"], Known).Arguments);

    [Fact]
    public void A_lone_dash_and_a_negative_number_are_arguments() =>
        Assert.Equal(["-", "-3"], FlagParser.Parse(["-", "-3"], Known).Arguments);

    [Fact]
    public void A_list_flag_keeps_every_value_in_order() =>
        Assert.Equal(["a=1", "b=2=3"], FlagParser.Parse(["-var", "a=1", "-var=b=2=3"], Known).Flags.List("var"));

    [Fact]
    public void The_last_of_several_texts_wins() =>
        Assert.Equal("us", FlagParser.Parse(["-region=eu", "-region=us"], Known).Flags.Text("region"));

    [Theory]
    [InlineData("-detahc", "unknown flag -detahc; did you mean -detach?")]
    [InlineData("-zzzzzz", "unknown flag -zzzzzz")]
    [InlineData("-region", "flag -region needs a value: -region=<region>")]
    [InlineData("-n=many", "flag -n: found \"many\", expected a whole number")]
    [InlineData("-detach=perhaps", "flag -detach: found \"perhaps\", expected true or false")]
    [InlineData("-deadline=soon", "flag -deadline: found \"soon\", expected a duration such as 30s or 1h15m")]
    public void What_cannot_be_is_named_with_what_was_expected(string arg, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => FlagParser.Parse([arg], Known)).Message);

    [Fact]
    public void Whatever_is_typed_is_parsed_or_refused_but_never_breaks() => Gen.String[Gen.Char["-=abn detchvr1"], 0, 12].Array[0, 6].Sample(args =>
    {
        try
        {
            var (flags, arguments) = FlagParser.Parse(args, Known);
            Assert.True(arguments.Count <= args.Length);
            _ = flags.Number("n");
        }
        catch (UsageException e)
        {
            Assert.NotEmpty(e.Message);
        }
    });

    [Fact]
    public void Durations_are_read_as_they_are_written() => Gen.Long[0, 10_000_000_000L].Sample(milliseconds =>
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);
        Assert.True(GoDuration.TryParse(GoDuration.Format(duration), out var read));
        Assert.Equal(duration, read);
    });

    [Theory]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("250ms", 250)]
    [InlineData("0", 0)]
    public void Durations_are_Gos(string text, long milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1x")]
    [InlineData("1h 5m")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
