using System.Text;

namespace Actors.Cli.Terminal;

/// <summary>Aligned text, as Nomad's tools print it.</summary>
internal static class Columns
{
    /// <summary>Rows in columns that are two spaces apart; an empty cell shows as <c>&lt;none&gt;</c>. No line break at the end.</summary>
    public static string Table(IEnumerable<IReadOnlyList<string>> rows)
    {
        var list = rows.Select(row => row.Select(cell => cell.Length == 0 ? "<none>" : cell).ToArray()).ToList();
        if (list.Count == 0)
            return "";
        var widths = new int[list.Max(row => row.Length)];
        foreach (var row in list)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        var text = new StringBuilder();
        foreach (var row in list)
        {
            if (text.Length > 0)
                text.Append('\n');
            for (var i = 0; i < row.Length; i++)
                text.Append(i == row.Length - 1 ? row[i] : row[i].PadRight(widths[i] + 2));
        }

        return text.ToString();
    }

    /// <summary>Names and values with aligned equals signs; an empty value shows as <c>&lt;none&gt;</c>. No line break at the end.</summary>
    public static string Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        var list = pairs.ToList();
        var width = list.Count == 0 ? 0 : list.Max(pair => pair.Name.Length);
        return string.Join('\n', list.Select(pair => $"{pair.Name.PadRight(width)} = {(pair.Value.Length == 0 ? "<none>" : pair.Value)}"));
    }
}
