using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Jobs;
using Actors.JobSpec;

namespace Actors.Cli.Commands;

/// <summary><c>pbm fmt</c>.</summary>
internal static class FormatCommand
{
    private const long MaxBytes = 16 * 1024 * 1024;
    private static readonly string[] Extensions = [".hcl", ".nomad"];

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "fmt",
        "[path …]",
        "Puts job files into their usual layout, in place. Without a path: those in the current folder;\na folder stands for the *.hcl and *.nomad files in it; \"-\" reads standard input and writes standard output.",
        [
            Flag.Switch("check", "Change nothing; end with 1 when a file would change."),
            Flag.Switch("list", "Name the files that change (they are named unless -list=false)."),
            Flag.Switch("write", "Write the files (they are written unless -write=false)."),
            Flag.Switch("recursive", "Also the folders within."),
            Flag.Switch("json", "Say what is wrong with a file as JSON on standard error, for editors."),
        ],
        0,
        int.MaxValue,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Arguments is ["-"])
        {
            var text = await invocation.Cli.In.ReadToEndAsync(invocation.Cancellation).ConfigureAwait(false);
            await invocation.Cli.Out.WriteAsync(await FormattedAsync(invocation, "stdin", text).ConfigureAwait(false)).ConfigureAwait(false);
            return 0;
        }

        var check = invocation.Flags.IsOn("check");
        var changed = 0;
        foreach (var path in invocation.Arguments.Count == 0 ? ["."] : invocation.Arguments)
        {
            foreach (var file in Files(invocation, path))
            {
                var full = invocation.Cli.FullPath(file);
                if (new FileInfo(full).Length > MaxBytes)
                    throw new CommandFailedException($"{file} is larger than {MaxBytes} bytes");
                var text = await File.ReadAllTextAsync(full, invocation.Cancellation).ConfigureAwait(false);
                var formatted = await FormattedAsync(invocation, file, text).ConfigureAwait(false);
                if (formatted == text)
                    continue;
                changed++;
                if (invocation.Flags.Choice("list") ?? true)
                    await invocation.Cli.Out.WriteLineAsync(file).ConfigureAwait(false);
                if (!check && (invocation.Flags.Choice("write") ?? true))
                    await File.WriteAllTextAsync(full, formatted, invocation.Cancellation).ConfigureAwait(false);
            }
        }

        return check && changed > 0 ? 1 : 0;
    }

    private static async Task<string> FormattedAsync(Invocation invocation, string name, string text)
    {
        var formatted = JobFormatter.Format(text, name, out var diagnostics);
        await JobSource.ReportAsync(invocation, text, diagnostics).ConfigureAwait(false);
        return diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? throw new CommandFailedException($"{name} can't be read, and is left as it is") : formatted;
    }

    private static IEnumerable<string> Files(Invocation invocation, string path)
    {
        var full = invocation.Cli.FullPath(path);
        if (File.Exists(full))
            return [path];
        if (!Directory.Exists(full))
            throw new CommandFailedException($"there is no file or folder {path}");
        var option = invocation.Flags.IsOn("recursive") ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        return Directory.EnumerateFiles(full, "*", option)
            .Where(file => Extensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(invocation.Cli.WorkingDirectory, file))
            .Order(StringComparer.Ordinal);
    }
}
