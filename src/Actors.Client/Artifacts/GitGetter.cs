using System.Diagnostics;
using System.Text;

namespace Actors.Client.Artifacts;

/// <summary>Clones a repository with the machine's git, which runs nothing of what it clones.</summary>
internal static class GitGetter
{
    private const int MaxErrorText = 2000;

    /// <summary>Clones into a directory that is not there yet.</summary>
    /// <param name="source">The source, with its options <c>ref</c>, <c>depth</c> and <c>sshkey</c>.</param>
    /// <param name="directory">Where.</param>
    /// <param name="work">A directory for what is needed meanwhile.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="ArtifactException">It can't be cloned.</exception>
    public static async Task GetAsync(ArtifactSource source, string directory, string work, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var reference = source.Option("ref");
        if (reference.StartsWith('-')) throw new ArtifactException($"source: ref \"{reference}\" is no name of a branch, a tag or a commit");
        if (source.Address.StartsWith('-')) throw new ArtifactException($"source: \"{source.Address}\" is no address of a repository");
        var depth = source.Option("depth");
        if (depth.Length > 0 && !(int.TryParse(depth, out var number) && number > 0)) throw new ArtifactException($"source: depth: expected a number from 1, found \"{depth}\"");

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var key = await WriteKeyAsync(source.Option("sshkey"), work, cancellationToken).ConfigureAwait(false);
        try
        {
            if (depth.Length > 0 && reference.Length > 0)
            {
                // Only so much of exactly this.
                await RunAsync(["init", "-q", directory], work, key, deadline.Token).ConfigureAwait(false);
                await RunAsync(["-C", directory, "fetch", "-q", "--depth", depth, "--", source.Address, reference], work, key, deadline.Token).ConfigureAwait(false);
                await RunAsync(["-C", directory, "checkout", "-q", "FETCH_HEAD"], work, key, deadline.Token).ConfigureAwait(false);
            }
            else
            {
                await RunAsync([.. (string[])["clone", "-q"], .. depth.Length > 0 ? (string[])["--depth", depth] : [], "--", source.Address, directory], work, key, deadline.Token).ConfigureAwait(false);
                if (reference.Length > 0) await RunAsync(["-C", directory, "checkout", "-q", reference], work, key, deadline.Token).ConfigureAwait(false);
            }

            if (File.Exists(Path.Combine(directory, ".gitmodules")))
                await RunAsync(["-C", directory, "submodule", "update", "-q", "--init", "--recursive"], work, key, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ArtifactException($"git did not end within {timeout}", recoverable: true);
        }
        finally
        {
            if (key is not null) File.Delete(key);
        }
    }

    private static async Task<string?> WriteKeyAsync(string option, string work, CancellationToken cancellationToken)
    {
        if (option.Length == 0) return null;
        var path = Path.Combine(work, "sshkey");
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            await file.WriteAsync(Convert.FromBase64String(option), cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            throw new ArtifactException("source: sshkey: expected a private key in base64");
        }

        return path;
    }

    private static async Task RunAsync(string[] arguments, string work, string? key, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = work, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        // Neither hooks nor helpers nor anything of the machine's own settings; no protocol that runs a program.
        foreach (var setting in (string[])["core.hooksPath=/dev/null", "protocol.ext.allow=never", "core.fsmonitor=false", "credential.helper="])
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["HOME"] = work;
        start.Environment["GIT_SSH_COMMAND"] = $"ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new{(key is null ? "" : $" -o IdentitiesOnly=yes -i {key}")}";
        using var process = Start(start);
        process.StandardInput.Close();
        var errors = ReadAsync(process.StandardError, cancellationToken);
        var output = ReadAsync(process.StandardOutput, cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await output.ConfigureAwait(false);
        var said = await errors.ConfigureAwait(false);
        if (process.ExitCode != 0) throw new ArtifactException($"git {arguments[arguments[0] == "-C" ? 2 : 0]} failed: {said.Trim().ReplaceLineEndings("; ")}", recoverable: true);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ArtifactException($"this node has no git: {e.Message}", recoverable: false, e);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            if (text.Length < MaxErrorText) text.Append(buffer, 0, Math.Min(read, MaxErrorText - text.Length));
        return text.ToString();
    }
}
