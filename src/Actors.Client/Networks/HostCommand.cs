using System.Diagnostics;
using System.Text;

namespace Actors.Client.Networks;

/// <summary>How a program of the host ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Error">What it complained of.</param>
internal sealed record CommandOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a program that must succeed.</summary>
    /// <exception cref="IOException">It did not.</exception>
    public string Checked(string what) => ExitCode == 0 ? Output : throw new IOException($"{what}: {(Error.Length > 0 ? Error : Output).Trim()} (exit code {ExitCode})");
}

/// <summary>Runs small programs of the host, each within a time and with a limit on what it may say.</summary>
internal static class HostCommand
{
    private const int MaxOutput = 4 * 1024 * 1024;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Give up: it is killed.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="environment">Added to the agent's own environment.</param>
    /// <exception cref="IOException">It is not there, or does not end in time.</exception>
    public static async Task<CommandOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Within);
        using var process = Start(start);
        try
        {
            var output = ReadAsync(process.StandardOutput, deadline.Token);
            var error = ReadAsync(process.StandardError, deadline.Token);
            await WriteAsync(process, input, deadline.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            return new CommandOutcome(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{program} {string.Join(' ', arguments)} did not end within {Within.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{start.FileName} can't be run: {e.Message}", e);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code says why.
            return;
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (text.Length + read > MaxOutput) throw new IOException($"a program wrote more than {MaxOutput} characters");
            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }
}
