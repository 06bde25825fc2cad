using Actors.Contracts.Text;
using Xunit;

namespace Actors.Contracts.Tests;

public sealed class NumberRangeSpecs
{
    [Theory]
    [InlineData("", "")]
    [InlineData("22", "22-22")]
    [InlineData("22, 80,8500-8600", "22-22 80-80 8500-8600")]
    [InlineData("0-1,7", "0-1 7-7")]
    public void Numbers_and_ranges_are_read(string text, string expected)
    {
        Assert.True(NumberRanges.IsValid(text));
        Assert.Equal(expected, string.Join(' ', NumberRanges.Of(text).Select(r => $"{r.From}-{r.To}")));
    }

    [Theory]
    [InlineData("x", "")]
    [InlineData("9-3", "")]
    [InlineData("-1", "")]
    [InlineData("70000", "")]
    [InlineData("22,x,80", "22-22 80-80")]
    public void What_can_not_be_read_is_told_and_left_out(string text, string rest)
    {
        Assert.False(NumberRanges.IsValid(text));
        Assert.Equal(rest, string.Join(' ', NumberRanges.Of(text).Select(r => $"{r.From}-{r.To}")));
    }
}
