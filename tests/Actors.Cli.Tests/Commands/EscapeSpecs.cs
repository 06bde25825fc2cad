using System.Text;
using Actors.Cli.Commands.Allocations;

namespace Actors.Cli.Tests.Commands;

/// <summary>The escape that ends a session on a terminal.</summary>
public sealed class EscapeSpecs
{
    [Theory]
    [InlineData("ls\r", "ls\r", false)]
    [InlineData("~.", "", true)]
    [InlineData("ls\r~.more", "ls\r", true)]
    [InlineData("a~.", "a~.", false)]
    [InlineData("~~.", "~.", false)]
    [InlineData("~x", "~x", false)]
    [InlineData("\n~\n~.", "\n~\n", true)]
    public void Only_at_the_beginning_of_a_line_it_ends_the_session(string typed, string passed, bool ends)
    {
        // In one piece, and byte by byte: typing is both.
        var whole = new EscapeReader((byte)'~').Read(Encoding.ASCII.GetBytes(typed));
        Assert.Equal((passed, ends), (Encoding.ASCII.GetString(whole.Passed), whole.Ends));

        var reader = new EscapeReader((byte)'~');
        var (bytes, ended) = (new List<byte>(), false);
        foreach (var key in Encoding.ASCII.GetBytes(typed))
        {
            if (ended)
                break;
            var (next, end) = reader.Read([key]);
            bytes.AddRange(next);
            ended = end;
        }

        Assert.Equal((passed, ends), (Encoding.ASCII.GetString([.. bytes]), ended));
    }

    [Fact]
    public void Without_an_escape_everything_is_passed_on() =>
        Assert.Equal("~.", Encoding.ASCII.GetString(new EscapeReader(null).Read("~."u8).Passed));
}
