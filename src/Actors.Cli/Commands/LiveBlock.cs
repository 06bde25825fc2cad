using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Some lines that change in place on a terminal; elsewhere they are printed anew, but only when they changed.</summary>
internal sealed class LiveBlock(CliContext cli)
{
    private int _height;
    private string? _last;

    /// <summary>Shows these lines instead of the last ones.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="key">What counts as a change where nothing can be overwritten; null: the lines themselves.</param>
    public void Show(IReadOnlyList<string> lines, string? key = null)
    {
        if (cli.IsTerminal)
        {
            if (_height > 0)
                cli.Out.Write($"\e[{_height}A\e[J");
            foreach (var line in lines)
                cli.Out.WriteLine(line);
            _height = lines.Count;
        }
        else if ((key ?? string.Join('\n', lines)) is var changed && changed != _last)
        {
            _last = changed;
            foreach (var line in lines)
                cli.Out.WriteLine(line);
        }

        cli.Out.Flush();
    }
}
