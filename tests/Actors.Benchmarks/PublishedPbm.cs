using System.Diagnostics;
using System.Runtime.InteropServices;
using Actors.Testing;

namespace Actors.Benchmarks;

/// <summary><c>pbm</c> as README says to publish it: compiled ahead of time. What is built for the tests is compiled as it runs, and starts in half as long again.</summary>
internal static class PublishedPbm
{
    /// <summary>Publishes this checkout's <c>pbm</c>: minutes the first time, seconds when nothing changed.</summary>
    /// <returns>The program.</returns>
    /// <exception cref="InvalidOperationException">It can't be published; the message has what the compiler wrote.</exception>
    public static async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        // What it builds on the way lies apart from what the tests were built into.
        var folder = Path.Combine(AppContext.BaseDirectory, "published");
        var output = Path.Combine(folder, "pbm");
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Checkout(), "src", "Actors.Cli"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false",
            "-p:PublishReadyToRun=true", "--artifacts-path", folder, "-o", output, "-v", "quiet", "--nologo",
            // Compilers that stay to serve the next build take part of the machine that is measured.
            "--disable-build-servers",
        ])
        {
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;
        var wrote = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0 ? Path.Combine(output, "pbm") : throw new InvalidOperationException($"pbm can't be published:\n{wrote}");
    }

    /// <summary>Starts an agent in dev mode with its data in a folder.</summary>
    /// <param name="program">What <see cref="MakeAsync"/> made.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="ports">Those of HTTP, of the client link and of the cluster.</param>
    public static PbmProcess StartAgent(string program, string folder, IReadOnlyList<int> ports) => PbmProcess.StartProgram(program, [
        "agent", "-dev", "-data-dir", folder, "-bind", "127.0.0.1", "-node-name", "bench",
        "-http-port", $"{ports[0]}", "-rpc-port", $"{ports[1]}", "-cluster-port", $"{ports[2]}"]);

    private static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no checkout of Actors");
    }
}
