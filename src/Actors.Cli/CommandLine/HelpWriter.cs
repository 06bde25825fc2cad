using System.Text;

namespace Actors.Cli.CommandLine;

/// <summary>Writes help texts.</summary>
internal static class HelpWriter
{
    /// <summary>The help of one command.</summary>
    public static string For(Command command)
    {
        var text = new StringBuilder();
        text.Append("Usage: pbm ").Append(command.Name).Append(" [options]");
        if (command.ArgumentNames.Length > 0)
            text.Append(' ').Append(command.ArgumentNames);
        text.AppendLine().AppendLine();
        foreach (var line in command.Help.Split('\n'))
            text.AppendLine(line.Length == 0 ? "" : "  " + line);
        if (command.Flags.Count > 0)
        {
            text.AppendLine().AppendLine("Options:");
            AppendFlags(text, command.Flags);
        }

        text.AppendLine().AppendLine("General options:");
        AppendFlags(text, command.GeneralFlags.Where(flag => flag.Name != "h"));
        return text.ToString();
    }

    /// <summary>The list of commands: all, or those of one group.</summary>
    public static string List(string group, IEnumerable<(string Name, string Summary)> entries)
    {
        var text = new StringBuilder();
        text.AppendLine($"Usage: pbm {(group.Length == 0 ? "" : group + " ")}<command> [options] [arguments]");
        if (group.Length == 0)
            text.AppendLine("       pbm <host:port> [command]     Petabridge.Cmd grammar; alone: an interactive prompt");
        text.AppendLine();
        var list = entries.ToList();
        var width = list.Max(entry => entry.Name.Length);
        foreach (var (name, summary) in list)
            text.Append("  ").Append(name.PadRight(width)).Append("  ").AppendLine(summary);
        text.AppendLine().AppendLine($"pbm {(group.Length == 0 ? "" : group + " ")}<command> -help tells more about one.");
        return text.ToString();
    }

    private static void AppendFlags(StringBuilder text, IEnumerable<Flag> flags)
    {
        foreach (var flag in flags)
        {
            text.Append("  -").Append(flag.Name);
            if (flag.ValueName.Length > 0)
                text.Append("=<").Append(flag.ValueName).Append('>');
            if (flag.Variable is not null)
                text.Append("  (or ").Append(flag.Variable).Append(')');
            text.AppendLine();
            foreach (var line in Wrap(flag.Help, 92))
                text.Append("      ").AppendLine(line);
        }
    }

    private static IEnumerable<string> Wrap(string help, int width)
    {
        var line = new StringBuilder();
        foreach (var word in help.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }
}
