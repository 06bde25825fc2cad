using System.Diagnostics;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Java;

/// <summary>The Java of this machine.</summary>
/// <param name="Path">The program's true path, behind all links.</param>
/// <param name="Version">Its version, such as <c>17.0.19</c>.</param>
/// <param name="Runtime">The runtime's name.</param>
/// <param name="Machine">The virtual machine's name.</param>
internal sealed record JavaRuntime(string Path, string Version, string Runtime, string Machine)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);
    private static readonly Lock Gate = new();
    private static (string Path, DateTime Changed, JavaRuntime Runtime)? _found;

    /// <summary>The directory of its libraries, two above the program.</summary>
    public string Home => System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(Path)) ?? "/";

    /// <summary>Finds it, in <c>JAVA_HOME</c> or in the path; null when there is none. Asked again only when its file changed: to ask costs a third of a second.</summary>
    public static JavaRuntime? Find()
    {
        var home = Environment.GetEnvironmentVariable("JAVA_HOME");
        var path = (home is { Length: > 0 } ? home + "/bin:" : "") + (Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/local/bin:/usr/bin:/bin";
        if (Executables.Find("java", path) is not { } link) return null;
        var program = new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link;
        var changed = File.GetLastWriteTimeUtc(program);
        lock (Gate)
        {
            if (_found is { } found && found.Path == program && found.Changed == changed) return found.Runtime;
            if (Ask(program) is not { } runtime) return null;
            _found = (program, changed, runtime);
            return runtime;
        }
    }

    /// <summary>Reads what <c>java -version</c> says: the version in quotes, then the runtime's line, then the machine's.</summary>
    internal static JavaRuntime? Parse(string path, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // What is set in the environment is told in a line before all others.
        var first = Array.FindIndex(lines, line => line.Contains(" version \"", StringComparison.Ordinal));
        if (first < 0) return null;
        var quoted = lines[first].Split('"');
        return quoted.Length < 3 ? null : new JavaRuntime(path, quoted[1], lines.ElementAtOrDefault(first + 1) ?? "", lines.ElementAtOrDefault(first + 2) ?? "");
    }

    private static JavaRuntime? Ask(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-version"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
            if (process is null) return null;
            var text = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(AnswerWithin)) return Parse(program, text.GetAwaiter().GetResult());
            process.Kill();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not a program of this machine's kind.
            return null;
        }
    }
}
