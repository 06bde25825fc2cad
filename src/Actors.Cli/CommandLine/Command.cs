using Actors.Cli.Terminal;

namespace Actors.Cli.CommandLine;

/// <summary>A command that can be run.</summary>
/// <param name="Name">Its words: <c>job run</c>.</param>
/// <param name="ArgumentNames">Its arguments as the usage line shows them: <c>&lt;path&gt;</c>; "" for none.</param>
/// <param name="Help">What it does, for people.</param>
/// <param name="Flags">Its own flags, beside those that every command has.</param>
/// <param name="MinArguments">It needs at least so many arguments.</param>
/// <param name="MaxArguments">It takes at most so many arguments.</param>
/// <param name="RunAsync">Does it, and gives the exit code.</param>
/// <param name="TalksToAgent">It has the flags that say which agent to talk to, and how.</param>
internal sealed record Command(
    string Name,
    string ArgumentNames,
    string Help,
    IReadOnlyList<Flag> Flags,
    int MinArguments,
    int MaxArguments,
    Func<Invocation, Task<int>> RunAsync,
    bool TalksToAgent = true)
{
    private static readonly Flag[] Everywhere =
    [
        Flag.Switch("no-color", "Plain text, also on a terminal. NO_COLOR does the same."),
        Flag.Switch("help", "Show this text."),
        Flag.Switch("h", "Show this text."),
    ];

    private static readonly Flag[] Agent =
    [
        new("address", FlagKind.Text, "The agent to talk to. Default http://127.0.0.1:4646.", "addr", "NOMAD_ADDR"),
        new("region", FlagKind.Text, "The region to ask; the agent forwards to it. Default: the agent's own.", "region", "NOMAD_REGION"),
        new("namespace", FlagKind.Text, "The namespace to look in. Default \"default\"; \"*\" for all where a list is shown.", "namespace", "NOMAD_NAMESPACE"),
        new("token", FlagKind.Text, "The secret id of the access token to send.", "token", "NOMAD_TOKEN"),
    ];

    /// <summary>Its flags stand before its first argument: what comes after that belongs to somebody else.</summary>
    public bool FlagsFirst { get; init; }

    /// <summary>The flags that every command (and, if it talks to an agent, every such command) has.</summary>
    public IReadOnlyList<Flag> GeneralFlags => TalksToAgent ? [.. Agent, .. Everywhere] : Everywhere;

    /// <summary>All its flags.</summary>
    public IReadOnlyList<Flag> AllFlags => [.. Flags, .. GeneralFlags];
}

/// <summary>One run of a command.</summary>
/// <param name="Command">The command.</param>
/// <param name="Flags">The flags given.</param>
/// <param name="Arguments">The other arguments given; their number is within the command's bounds.</param>
/// <param name="Cli">Where it reads and writes.</param>
/// <param name="Cancellation">Someone pressed Ctrl-C.</param>
internal sealed record Invocation(Command Command, ParsedFlags Flags, IReadOnlyList<string> Arguments, CliContext Cli, CancellationToken Cancellation)
{
    /// <summary>A flag's text, or its environment variable's, or null. An empty variable counts as not set.</summary>
    public string? Setting(string flag)
    {
        if (Flags.Text(flag) is { } given)
            return given;
        var variable = Command.AllFlags.FirstOrDefault(candidate => candidate.Name == flag)?.Variable;
        return variable is not null && Cli.Variable(variable) is { Length: > 0 } value ? value : null;
    }
}
