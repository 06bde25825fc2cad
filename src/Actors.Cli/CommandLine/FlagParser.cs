using System.Globalization;

namespace Actors.Cli.CommandLine;

/// <summary>
/// Splits a command's arguments into flags and the rest, in Nomad's notation: <c>-flag=value</c>, <c>-flag value</c>,
/// two dashes as well as one, switches without a value. Flags may stand anywhere; <c>--</c> ends them.
/// </summary>
internal static class FlagParser
{
    /// <summary>Reads the arguments of a command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="known">The command's flags.</param>
    /// <param name="flagsFirst">The first argument that is no flag ends them.</param>
    /// <exception cref="UsageException">An unknown flag, a missing value, or a value of the wrong kind.</exception>
    public static (ParsedFlags Flags, IReadOnlyList<string> Arguments) Parse(IReadOnlyList<string> args, IReadOnlyList<Flag> known, bool flagsFirst = false)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var arguments = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (arg == "--")
            {
                arguments.AddRange(args.Skip(i + 1));
                break;
            }

            if (!LooksLikeFlag(arg) && flagsFirst)
            {
                arguments.AddRange(args.Skip(i));
                break;
            }

            if (!LooksLikeFlag(arg))
            {
                arguments.Add(arg);
                continue;
            }

            var name = arg.TrimStart('-');
            string? value = null;
            if (name.IndexOf('=') is var equals and >= 0)
                (name, value) = (name[..equals], name[(equals + 1)..]);
            var flag = known.FirstOrDefault(candidate => candidate.Name == name) ?? throw Unknown(name, known);
            if (flag.Kind == FlagKind.Switch)
                value ??= "true";
            else if (value is null && i + 1 < args.Count)
                value = args[++i];
            if (value is null)
                throw new UsageException($"flag -{name} needs a value: -{name}=<{flag.ValueName}>");
            value = Checked(flag, value);
            values[name] = flag.Kind == FlagKind.TextList && values.TryGetValue(name, out var earlier) ? [.. earlier, value] : [value];
        }

        return (new ParsedFlags(values), arguments);
    }

    // A lone dash is standard input, and -3 is a number: neither is a flag.
    private static bool LooksLikeFlag(string arg) => arg.Length > 1 && arg[0] == '-' && !char.IsAsciiDigit(arg[1]);

    private static UsageException Unknown(string name, IReadOnlyList<Flag> known)
    {
        var nearest = NearestName.Find(name, known.Select(flag => flag.Name));
        return new UsageException($"unknown flag -{name}" + (nearest is null ? "" : $"; did you mean -{nearest}?"));
    }

    private static string Checked(Flag flag, string value) => flag.Kind switch
    {
        FlagKind.Switch => value switch
        {
            "true" or "1" or "t" or "T" or "TRUE" or "True" => "true",
            "false" or "0" or "f" or "F" or "FALSE" or "False" => "false",
            _ => throw new UsageException($"flag -{flag.Name}: found \"{value}\", expected true or false"),
        },
        FlagKind.Number => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw new UsageException($"flag -{flag.Name}: found \"{value}\", expected a whole number"),
        FlagKind.Duration => GoDuration.TryParse(value, out _)
            ? value
            : throw new UsageException($"flag -{flag.Name}: found \"{value}\", expected a duration such as 30s or 1h15m"),
        _ => value,
    };
}
