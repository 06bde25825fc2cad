using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc exec</c>.</summary>
internal static class AllocExecCommand
{
    private const string NoEscape = "none";

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc exec",
        "<allocation> <command> [args...]",
        "Runs a command inside a task, and ends with its exit code. Flags stand before the allocation.",
        [
            AllocationArgument.Task,
            AllocationArgument.ByJob,
            Flag.Switch("i", "Pass standard input on; the default. -i=false: the command gets none."),
            Flag.Switch("t", "Give the command a terminal; the default when standard input is one."),
            Flag.Text("e", "char", "With a terminal, this at the beginning of a line and then a dot end the session. Default ~, \"none\" for none."),
        ],
        2,
        int.MaxValue,
        RunAsync)
    {
        FlagsFirst = true,
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var flags = invocation.Flags;
        var input = flags.Choice("i") ?? true;
        var tty = flags.Choice("t") ?? (input && invocation.Cli.IsInteractive);
        if (tty && !input)
            throw new UsageException("-t needs standard input: it can't go with -i=false");
        var escape = Escape(flags.Text("e"));
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var task = await AllocationArgument.TaskAsync(invocation, api, id, flags.Text("task")).ConfigureAwait(false);
        var command = JsonText.Write(json =>
        {
            json.WriteStartArray();
            foreach (var word in invocation.Arguments.Skip(1))
                json.WriteStringValue(word);
            json.WriteEndArray();
        });
        using var socket = await api.OpenSocketAsync(
            $"/v1/client/allocation/{id}/exec",
            invocation.Cancellation,
            ("task", task),
            ("tty", tty ? "true" : "false"),
            ("command", System.Text.Encoding.UTF8.GetString(command))).ConfigureAwait(false);
        using var raw = tty ? RawTerminal.Open() : null;
        using var session = new ExecSession(socket, invocation.Cli, tty ? new EscapeReader(escape) : new EscapeReader(null));
        return await session.RunAsync(input, tty, invocation.Cancellation).ConfigureAwait(false);
    }

    private static byte? Escape(string? given) => given switch
    {
        null => (byte)'~',
        NoEscape or "" => null,
        [var character] when char.IsAscii(character) => (byte)character,
        _ => throw new UsageException($"flag -e: found \"{given}\", expected one character, or \"{NoEscape}\""),
    };
}
