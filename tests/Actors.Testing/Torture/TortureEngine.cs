using System.Diagnostics;

namespace Actors.Testing.Torture;

/// <summary>A Docker engine of the torture's own, to be killed. In a network namespace of its own, so that it takes nothing from the machine's engine.</summary>
internal sealed class TortureEngine(string root) : IAsyncDisposable
{
    private Process? _process;

    /// <summary>Where it answers.</summary>
    public string Endpoint => $"unix://{root}/docker.sock";

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(root);
        // The engine's containerd dies with it; where nobody takes note of that its id still looks alive.
        foreach (var stale in (string[])["pid", "exec/containerd/containerd.pid"])
        {
            if (File.Exists($"{root}/{stale}")) File.Delete($"{root}/{stale}");
        }

        _process = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c",
                $"exec unshare --net -- dockerd --bridge=none --iptables=false --ip-forward=false --data-root {root}/data --exec-root {root}/exec --pidfile {root}/pid --host {Endpoint} >>{root}/log 2>&1",
            },
        })!;
        await Eventually.IsSoAsync(async () => (await DockerAsync("version")).ExitCode == 0, $"the engine answers (its log: {root}/log)", TimeSpan.FromSeconds(90));
    }

    /// <summary>Makes the image.</summary>
    public Task ImportAsync() => TortureImage.MakeAsync($"docker -H {Endpoint} import - {TortureImage.Name}");

    /// <summary>As <c>kill -9</c>: its containers go on until it is there again.</summary>
    public async Task KillHardAsync()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync();
    }

    /// <summary>All its containers: names and states.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync() =>
        (await DockerAsync("ps -a --format '{{.Names}} {{.Status}}'")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A busy engine removes many containers slowly; what it leaves is ended below.
        await Shell.RunAsync($"timeout 60 docker -H {Endpoint} ps -aq | timeout 60 xargs -r docker -H {Endpoint} rm -f");
        if (_process is { HasExited: false } process)
        {
            await Shell.RunAsync($"kill -TERM {process.Id}");
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        _process?.Dispose();
        await Shell.RunAsync($"for p in $(pgrep -f '[-]address {root}/'); do kill -9 $p; done; sleep 0.2; grep -o ' {root}[^ ]*' /proc/self/mountinfo | xargs -r umount -l; rm -rf {root}");
    }

    private Task<(int ExitCode, string Output)> DockerAsync(string arguments) => Shell.RunAsync($"docker -H {Endpoint} {arguments}");
}

/// <summary>Runs a line of shell.</summary>
internal static class Shell
{
    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (shell.ExitCode, await output + await error);
    }
}
