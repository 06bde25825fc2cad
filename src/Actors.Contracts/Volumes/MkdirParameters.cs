using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Actors.Contracts.Volumes;

/// <summary>What the plugin <c>mkdir</c> may be told of the directory that it makes.</summary>
/// <param name="Mode">Its permissions.</param>
/// <param name="Uid">Its owner; null: the agent's user.</param>
/// <param name="Gid">Its group; null: the agent's.</param>
public sealed record MkdirParameters(UnixFileMode Mode, int? Uid, int? Gid)
{
    private const UnixFileMode Default = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode All = (UnixFileMode)0b111_111_111_111;

    private static readonly string[] Names = ["mode", "uid", "gid"];

    /// <summary>Reads them.</summary>
    /// <param name="parameters">By name, as text.</param>
    /// <param name="read">What they say.</param>
    /// <param name="problem">What is wrong with them: which, what was found, what was expected.</param>
    public static bool TryRead(IReadOnlyDictionary<string, string> parameters, [NotNullWhen(true)] out MkdirParameters? read, [NotNullWhen(false)] out string? problem)
    {
        read = null;
        var (mode, uid, gid) = (Default, (int?)null, (int?)null);
        foreach (var (name, text) in parameters)
        {
            problem = name switch
            {
                "mode" => TryMode(text, out mode) ? null : Found(name, text, "octal permissions such as 0750"),
                "uid" => TryId(text, out uid) ? null : Found(name, text, "the number of a user"),
                "gid" => TryId(text, out gid) ? null : Found(name, text, "the number of a group"),
                _ => $"parameters: found \"{name}\", expected {string.Join(", ", Names)}",
            };
            if (problem is not null) return false;
        }

        read = new MkdirParameters(mode, uid, gid);
        problem = null;
        return true;
    }

    private static string Found(string name, string text, string expected) => $"parameters.{name}: found \"{text}\", expected {expected}";

    private static bool TryMode(string text, out UnixFileMode mode)
    {
        mode = Default;
        if (text.Length is 0 or > 5 || text.Any(c => c is < '0' or > '7')) return false;
        mode = (UnixFileMode)text.Aggregate(0, (value, digit) => (value * 8) + (digit - '0'));
        return (mode & ~All) == 0;
    }

    private static bool TryId(string text, out int? id)
    {
        var read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        id = read ? number : null;
        return read;
    }
}
