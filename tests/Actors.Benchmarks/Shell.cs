using System.Diagnostics;

namespace Actors.Benchmarks;

/// <summary>Runs a line of the shell, in silence.</summary>
internal static class Shell
{
    /// <summary>Runs it to its end; its exit code.</summary>
    public static async Task<int> RunAsync(string command, CancellationToken cancellationToken)
    {
        using var process = Process.Start("/bin/sh", ["-c", $"{{ {command}; }} >/dev/null 2>&1 </dev/null"]);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
