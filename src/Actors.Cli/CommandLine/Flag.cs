namespace Actors.Cli.CommandLine;

/// <summary>What a flag takes.</summary>
internal enum FlagKind
{
    /// <summary>Nothing, or <c>true</c>/<c>false</c> after an equals sign.</summary>
    Switch,

    /// <summary>Any text; the last one given wins.</summary>
    Text,

    /// <summary>Any text; may be given several times.</summary>
    TextList,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A duration in Go's notation, such as <c>1h30m</c>.</summary>
    Duration,
}

/// <summary>One flag of a command.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Help">For people, one or more sentences.</param>
/// <param name="ValueName">What its value is called in the help; "" for a switch.</param>
/// <param name="Variable">The environment variable that stands in for it, or null.</param>
internal sealed record Flag(string Name, FlagKind Kind, string Help, string ValueName = "", string? Variable = null)
{
    /// <summary>A flag that is on when it is given.</summary>
    public static Flag Switch(string name, string help) => new(name, FlagKind.Switch, help);

    /// <summary>A flag with a text.</summary>
    public static Flag Text(string name, string valueName, string help) => new(name, FlagKind.Text, help, valueName);

    /// <summary>A flag that may be given several times.</summary>
    public static Flag List(string name, string valueName, string help) => new(name, FlagKind.TextList, help, valueName);

    /// <summary>A flag with a whole number.</summary>
    public static Flag Number(string name, string valueName, string help) => new(name, FlagKind.Number, help, valueName);

    /// <summary>A flag with a duration.</summary>
    public static Flag Duration(string name, string help) => new(name, FlagKind.Duration, help, "duration");
}
