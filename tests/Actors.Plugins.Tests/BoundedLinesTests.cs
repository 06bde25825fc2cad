using Actors.Drivers.Plugins;
using Xunit;

namespace Actors.Plugins.Tests;

/// <summary>What a plugin writes is read line by line, and never much of it at once.</summary>
public sealed class BoundedLinesTests
{
    [Fact]
    public async Task Lines_are_read_one_by_one_and_the_last_needs_no_end() => Assert.Equal(["one", "", "two"], await ReadAsync("one\n\ntwo"));

    [Fact]
    public async Task A_line_without_end_comes_in_pieces()
    {
        var pieces = await ReadAsync(new string('x', 5000) + "\nnext\n");

        Assert.All(pieces, p => Assert.InRange(p.Length, 0, 1024));
        Assert.Equal(new string('x', 5000) + "next", string.Concat(pieces));
        Assert.Equal("next", pieces[^1]);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string text)
    {
        var lines = new BoundedLines(new StringReader(text));
        var read = new List<string>();
        while (await lines.NextAsync(CancellationToken.None) is { } line) read.Add(line);
        return read;
    }
}
