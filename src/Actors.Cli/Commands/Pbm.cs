using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Petabridge;
using Actors.Cli.Terminal;
using Actors.Templates;

namespace Actors.Cli.Commands;

/// <summary>Finds the command that a command line names, and runs it.</summary>
internal static class Pbm
{
    /// <summary>What a shell expects of a process that ended by Ctrl-C.</summary>
    private const int Interrupted = 130;

    /// <summary>Runs a command line.</summary>
    /// <param name="args">Its words, without the program's name.</param>
    /// <param name="cli">Where it reads and writes.</param>
    /// <param name="cancellation">Someone pressed Ctrl-C.</param>
    /// <returns>The exit code: 0 when all went well, 1 when not; some commands have more.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext cli, CancellationToken cancellation)
    {
        if (args.Count == 0 || args[0] is "-h" or "-help" or "--help" or "help")
            return Help(args.Skip(1).Where(arg => !arg.StartsWith('-')).ToList(), cli);
        if (args[0] is "-v" or "-version" or "--version")
            args = ["version"];
        if (PetabridgeCommand.Addresses(args[0]))
            return await GuardAsync(() => PetabridgeCommand.RunAsync(args, cli, cancellation), cli, cancellation).ConfigureAwait(false);
        var (entry, words) = Catalogue.Find(args);
        if (entry is null)
            return Unknown(args, cli);
        var command = entry.Make();
        var rest = args.Skip(words).ToList();
        return await GuardAsync(() => RunAsync(command, rest, cli, cancellation), cli, cancellation, command).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(Command command, IReadOnlyList<string> args, CliContext cli, CancellationToken cancellation)
    {
        if (args.TakeWhile(arg => !command.FlagsFirst || arg.StartsWith('-')).Any(arg => arg is "-h" or "-help" or "--help"))
        {
            await cli.Out.WriteAsync(HelpWriter.For(command)).ConfigureAwait(false);
            return 0;
        }

        var (flags, arguments) = FlagParser.Parse(args, command.AllFlags, command.FlagsFirst);
        if (arguments.Count < command.MinArguments || arguments.Count > command.MaxArguments)
        {
            var expected = command.MaxArguments == 0 ? "none" : command.MinArguments == command.MaxArguments ? $"{command.MinArguments}" : command.MaxArguments == int.MaxValue ? $"{command.MinArguments} or more" : $"{command.MinArguments} to {command.MaxArguments}";
            throw new UsageException($"found {arguments.Count} argument(s), expected {expected}{(command.ArgumentNames.Length == 0 ? "" : ": " + command.ArgumentNames)}");
        }

        if (flags.IsOn("no-color"))
            cli.UseColor = false;
        return await command.RunAsync(new Invocation(command, flags, arguments, cli, cancellation)).ConfigureAwait(false);
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run, CliContext cli, CancellationToken cancellation, Command? command = null)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            Complain(cli, e.Message);
            if (command is not null)
                await cli.Error.WriteLineAsync($"For more: pbm {command.Name} -help").ConfigureAwait(false);
            return ErrorCode(command);
        }
        catch (CommandFailedException e)
        {
            Complain(cli, e.Message);
            return e.ExitCode == 1 ? ErrorCode(command) : e.ExitCode;
        }
        catch (ApiException e)
        {
            Complain(cli, e.Message);
            return ErrorCode(command);
        }
        catch (TemplateException e)
        {
            Complain(cli, e.Message);
            return ErrorCode(command);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complain(cli, e.Message);
            return ErrorCode(command);
        }
    }

    // A plan that finds changes ends with 1, so its errors need another number, as Nomad has it.
    private static int ErrorCode(Command? command) => command?.Name is "job plan" ? 255 : 1;

    private static void Complain(CliContext cli, string message) => cli.Error.WriteLine(cli.Paint(Paint.Red, "Error: ") + message);

    private static int Help(IReadOnlyList<string> words, CliContext cli)
    {
        if (words.Count > 0 && Catalogue.Find(words).Entry is { } entry)
        {
            cli.Out.Write(HelpWriter.For(entry.Make()));
            return 0;
        }

        var group = string.Join(' ', words);
        var entries = Catalogue.Within(group);
        if (entries.Count == 0)
            return Unknown(words, cli);
        cli.Out.Write(HelpWriter.List(group, entries));
        return 0;
    }

    private static int Unknown(IReadOnlyList<string> args, CliContext cli)
    {
        // A group alone, or with a flag such as -h, shows what is in it.
        var words = args.TakeWhile(arg => !arg.StartsWith('-')).ToList();
        if (words.Count > 0 && Catalogue.Within(words[0]) is { Count: > 0 } within)
        {
            if (words.Count == 1)
            {
                cli.Out.Write(HelpWriter.List(words[0], within));
                return args.Count > 1 && args[1] is "-h" or "-help" or "--help" ? 0 : 1;
            }

            var inGroup = NearestName.Find(words[1], within.Select(entry => entry.Name));
            Complain(cli, $"unknown command \"{words[0]} {words[1]}\"" + (inGroup is null ? $"; there are: {string.Join(", ", within.Select(entry => entry.Name))}" : $"; did you mean \"{words[0]} {inGroup}\"?"));
            return 1;
        }

        var nearest = NearestName.Find(args[0], Catalogue.FirstWords);
        Complain(cli, $"unknown command \"{args[0]}\"" + (nearest is null ? "; pbm -help lists the commands" : $"; did you mean \"{nearest}\"?"));
        return 1;
    }
}
