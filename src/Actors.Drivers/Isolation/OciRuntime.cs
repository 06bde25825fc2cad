using System.Diagnostics;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Isolation;

/// <summary>A program of this machine that starts containers as the Open Container Initiative describes them: runc or crun.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Version">Its version.</param>
/// <param name="Keeps">It can leave an ended container in place (<c>run --keep</c>), so that its end can be looked into.</param>
internal sealed record OciRuntime(string Name, string Path, string Version, bool Keeps)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    // In the order of preference: runc keeps ended containers in all versions of today.
    private static readonly string[] Known = ["runc", "crun"];

    /// <summary>Finds one; null when there is none.</summary>
    /// <param name="configured">The operator's choice, a name or path; null: the first that is there.</param>
    public static OciRuntime? Find(string? configured)
    {
        foreach (var name in configured is { Length: > 0 } ? [configured] : Known)
        {
            if (Locate(name) is not { } path || Ask(path, "--version") is not { } version || Ask(path, "run", "--help") is not { } help) continue;
            return new OciRuntime(System.IO.Path.GetFileName(name), path, VersionOf(version), help.Contains("--keep", StringComparison.Ordinal));
        }

        return null;
    }

    private static string? Locate(string name) => System.IO.Path.IsPathRooted(name)
        ? File.Exists(name) ? name : null
        : Executables.Find(name, (Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    /// <summary>The last word of the first line: <c>runc version 1.1.5</c>.</summary>
    private static string VersionOf(string text) => text.Split('\n')[0].Split(' ')[^1];

    private static string? Ask(string path, params string[] args)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
            if (process is null) return null;
            var output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(AnswerWithin) && process.ExitCode == 0) return output.GetAwaiter().GetResult();
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
