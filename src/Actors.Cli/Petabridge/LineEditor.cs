using System.Text;
using Actors.Cli.Terminal;

namespace Actors.Cli.Petabridge;

/// <summary>Reads a line that can be edited, with the arrow keys going through earlier lines; from a pipe, plain lines.</summary>
internal sealed class LineEditor(CliContext cli, string prompt, IReadOnlyList<string> history)
{
    /// <summary>The next line; null at the end of the input.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        if (!cli.IsInteractive)
            return await cli.In.ReadLineAsync(cancellation).ConfigureAwait(false);
        var text = new StringBuilder();
        var (cursor, place) = (0, history.Count);
        Draw(text, cursor);
        while (true)
        {
            while (!Console.KeyAvailable)
                await Task.Delay(TimeSpan.FromMilliseconds(20), cli.Time, cancellation).ConfigureAwait(false);
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    await cli.Out.WriteLineAsync().ConfigureAwait(false);
                    return text.ToString();
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && text.Length == 0:
                    await cli.Out.WriteLineAsync().ConfigureAwait(false);
                    return null;
                case ConsoleKey.Backspace when cursor > 0:
                    text.Remove(--cursor, 1);
                    break;
                case ConsoleKey.Delete when cursor < text.Length:
                    text.Remove(cursor, 1);
                    break;
                case ConsoleKey.LeftArrow:
                    cursor = Math.Max(0, cursor - 1);
                    break;
                case ConsoleKey.RightArrow:
                    cursor = Math.Min(text.Length, cursor + 1);
                    break;
                case ConsoleKey.Home:
                    cursor = 0;
                    break;
                case ConsoleKey.End:
                    cursor = text.Length;
                    break;
                case ConsoleKey.UpArrow or ConsoleKey.DownArrow:
                    place = Math.Clamp(place + (key.Key == ConsoleKey.UpArrow ? -1 : 1), 0, history.Count);
                    text.Clear().Append(place < history.Count ? history[place] : "");
                    cursor = text.Length;
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                        text.Insert(cursor++, key.KeyChar);
                    break;
            }

            Draw(text, cursor);
        }
    }

    private void Draw(StringBuilder text, int cursor)
    {
        cli.Out.Write($"\r\e[K{cli.Paint(Paint.Cyan, prompt)}{text}");
        if (cursor < text.Length)
            cli.Out.Write($"\e[{text.Length - cursor}D");
        cli.Out.Flush();
    }
}
