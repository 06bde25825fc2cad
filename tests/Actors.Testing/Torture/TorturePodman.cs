using System.Diagnostics;

namespace Actors.Testing.Torture;

/// <summary>Podman's service with a store of its own, to be killed.</summary>
internal sealed class TorturePodman(string root) : IAsyncDisposable
{
    /// <summary>Its name of the image.</summary>
    public const string Image = "docker.io/" + TortureImage.Name;

    private Process? _process;

    /// <summary>Its socket.</summary>
    public string Socket => $"{root}/podman.sock";

    private string Podman => $"env CONTAINERS_CONF={root}/containers.conf podman --root {root}/root --runroot {root}/run --tmpdir {root}/tmp";

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(root);
        // Where the machine is small it may not be allowed to raise limits to Podman's own.
        await File.WriteAllTextAsync($"{root}/containers.conf", """
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runc"
            """);
        File.Delete(Socket);
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {Podman} system service --time 0 unix://{Socket} >>{root}/log 2>&1"]))!;
        await Eventually.IsSoAsync(async () => (await Shell.RunAsync($"curl -sf --unix-socket {Socket} http://podman/_ping")).ExitCode == 0, $"podman answers (its log: {root}/log)", TimeSpan.FromSeconds(90));
    }

    /// <summary>Makes the image.</summary>
    public Task ImportAsync() => TortureImage.MakeAsync($"{Podman} import - {Image}");

    /// <summary>As <c>kill -9</c>: its containers go on.</summary>
    public async Task KillHardAsync()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync();
    }

    /// <summary>All its containers: names and states.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync() =>
        (await Shell.RunAsync($"{Podman} ps -a --format '{{{{.Names}}}} {{{{.Status}}}}'")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync($"{Podman} ps -aq | timeout 60 xargs -r {Podman} rm -f --time 0");
        await KillHardAsync();
        _process?.Dispose();
        await Shell.RunAsync($"grep -o ' {root}[^ ]*' /proc/self/mountinfo | xargs -r umount -l; rm -rf {root}");
    }
}
