using System.Globalization;
using System.Text;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Isolation;

/// <summary>
/// Starts programs isolated, by a runtime under a supervising shell: with a mount table, process table and message queues
/// of their own, a root that shows the host's programs read-only, control groups with the task's limits, and as an
/// unprivileged user.
/// </summary>
internal sealed class OciLauncher(string driver, OciRuntime runtime, IsolationOptions options, SupervisionWatch watch, TimeProvider time)
{
    // The shell sets nothing of its own but a path for the runtime's helpers.
    private static readonly Dictionary<string, string> SupervisorEnvironment = new() { ["PATH"] = OciSpec.DefaultPath };

    /// <summary>Starts a program.</summary>
    /// <exception cref="DriverException">It can't be started.</exception>
    public async Task<IDriverTask> StartAsync(TaskConfig task, IsolatedLaunch launch, CancellationToken cancellationToken)
    {
        var container = new OciContainer(runtime, task);
        try
        {
            await container.RemoveAsync(cancellationToken).ConfigureAwait(false);
            Prepare(task, container, launch);
            using var supervisor = Supervisor.Spawn(task.Paths.Control, SupervisorEnvironment);
            // A matter of milliseconds, and not given up: what is half started could not be found and removed.
            var started = await Supervisor.WaitAsync(supervisor, container.Find, () => Failure(container), time).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                await container.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return new OciTask(driver, task, container, started, watch, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DriverException($"could not start {launch.Command[0]}: {e.Message}", recoverable: true, e);
        }
    }

    /// <summary>Finds a program that an earlier agent started; null when there is nothing left of it.</summary>
    public async Task<IDriverTask?> RecoverAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        var container = new OciContainer(runtime, task);
        if (SupervisedProcess.Read(task.Paths.Control) is not { } supervised) return null;
        if (container.Find() is { } process) return new OciTask(driver, task, container, process, watch, time);
        if (supervised.SupervisorAlive)
        {
            // The agent died while the runtime was at work: a moment later it is there, or has failed.
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
            return await RecoverAsync(task, cancellationToken).ConfigureAwait(false);
        }

        return new OciTask(driver, task, container, supervised, watch, time);
    }

    private void Prepare(TaskConfig task, OciContainer container, IsolatedLaunch launch)
    {
        var specification = OciSpec.Build(task, launch, options);
        foreach (var (host, inside) in options.Chroot)
        {
            // On today's systems /bin and its like are links: the task gets the same links.
            var link = new FileInfo(host).LinkTarget;
            var place = Path.Combine(task.Paths.Task, inside.TrimStart('/'));
            if (link is null || Path.Exists(place) || new FileInfo(place).LinkTarget is not null) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.CreateSymbolicLink(place, link);
        }

        Directory.CreateDirectory(container.Bundle);
        Supervisor.Prepare(task, SupervisorScript.Write(task, Body(container)));
        if (task.Network is { DnsServers.Count: > 0 } network) File.WriteAllText(OciSpec.ResolverFile(task), OciSpec.Resolver(network));
        foreach (var stale in (string[])[container.PidFile, container.LogFile, container.OutOfMemoryFile]) File.Delete(stale);
        var path = Path.Combine(container.Bundle, "config.json");
        File.WriteAllText(path, specification.ToJsonString());
        // The environment may hold secrets.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string Body(OciContainer container)
    {
        var text = new StringBuilder();
        text.Append($"{Words(container.Command("run"))}");
        if (runtime.Keeps) text.Append(" --keep");
        if (options.NoPivotRoot) text.Append(" --no-pivot");
        text.Append(CultureInfo.InvariantCulture, $" {Words(["--bundle", container.Bundle, "--pid-file", container.PidFile, container.Id])}\ncode=$?\n");
        if (runtime.Keeps)
        {
            // The kept container's group still tells whether the kernel killed in it.
            text.Append($"while read -r line; do echo \"$line\"; done <{SupervisorScript.Quote(container.Group.OutOfMemoryFile)} >{SupervisorScript.Quote(container.OutOfMemoryFile)} 2>/dev/null\n");
            text.Append($"{Words(container.Command("delete"))} --force {SupervisorScript.Quote(container.Id)} >/dev/null 2>&1\n");
        }

        return text.ToString();
    }

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(SupervisorScript.Quote));

    /// <summary>What the runtime said of a start that failed, in words for the job's author.</summary>
    private static DriverException Failure(OciContainer container)
    {
        var said = container.LastError();
        var missing = said.Contains("executable file not found", StringComparison.Ordinal) || said.Contains("no such file or directory", StringComparison.OrdinalIgnoreCase)
            || said.Contains("executable file `", StringComparison.Ordinal) || said.Contains("permission denied", StringComparison.OrdinalIgnoreCase);
        return new DriverException(
            missing ? $"config.command: can't be run inside the task's root: {said}" : $"the runtime {container.Runtime} could not start the task: {said}", recoverable: !missing);
    }
}
