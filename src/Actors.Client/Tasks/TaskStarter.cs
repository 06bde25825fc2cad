using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Drivers;
using Actors.Drivers.Config;
using Actors.Drivers.Processes;

namespace Actors.Client.Tasks;

/// <summary>What a task is started from: changes when the allocation is updated in place.</summary>
/// <param name="Allocation">The allocation.</param>
/// <param name="Job">Its job.</param>
/// <param name="Group">Its group.</param>
/// <param name="Task">The task.</param>
/// <param name="Node">This node.</param>
/// <param name="Region">The region.</param>
internal sealed record TaskOrigin(Allocation Allocation, Job Job, TaskGroup Group, JobTask Task, Node Node, string Region);

/// <summary>A configuration that its driver does not accept.</summary>
/// <param name="message">All problems with their places.</param>
internal sealed class InvalidTaskException(string message) : Exception(message);

/// <summary>Turns a task of a job into what a driver starts, and starts it or finds it again.</summary>
internal static class TaskStarter
{
    /// <summary>Finds the task again where something of it may be left, else starts it.</summary>
    /// <exception cref="InvalidTaskException">The configuration is not the driver's.</exception>
    /// <exception cref="DriverException">It can't be started.</exception>
    public static async Task<(IDriverTask Task, bool Recovered)> StartAsync(
        ClientContext context, TaskOrigin origin, TaskHandle? handle, bool mayBeLeft, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (!context.Drivers.TryGetValue(origin.Task.Driver, out var driver))
        {
            var nearest = NearestName.Find(origin.Task.Driver, context.Drivers.Keys);
            throw new InvalidTaskException($"driver: this node has no driver \"{origin.Task.Driver}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}");
        }

        var problems = driver.Validate(origin.Task.Config);
        if (problems.Any(p => !p.IsWarning))
            throw new InvalidTaskException(string.Join("; ", problems.Where(p => !p.IsWarning)));

        CheckSignal(origin.Task.KillSignal);
        foreach (var warning in problems) events.Report(new DriverEvent(warning.ToString()));
        var config = Configure(context, origin, driver);
        if (mayBeLeft && await driver.RecoverAsync(config, handle, events, cancellationToken).ConfigureAwait(false) is { } found)
            return (found, true);

        return (await driver.StartAsync(config, events, cancellationToken).ConfigureAwait(false), false);
    }

    private static TaskConfig Configure(ClientContext context, TaskOrigin origin, ITaskDriver driver)
    {
        var paths = context.Directories.PathsOf(origin.Allocation.Id, origin.Task.Name);
        var isolation = driver.Capabilities.Isolation;
        var reader = new ConfigReader(driver.Schema.Canonical(origin.Task.Config));
        var environment = EnvironmentBuilder.Build(new EnvironmentInput
        {
            Allocation = origin.Allocation,
            Job = origin.Job,
            Group = origin.Group,
            Task = origin.Task,
            Node = origin.Node,
            Region = origin.Region,
            Paths = paths,
            Isolation = isolation,
            PortMap = driver.Schema.Fields.Any(f => f.Name == "port_map") ? reader.IntegerMap("port_map") ?? NoPorts : NoPorts,
            Host = context.HostEnvironment,
        });
        var network = origin.Group.Networks.FirstOrDefault();
        return new TaskConfig
        {
            AllocationId = origin.Allocation.Id,
            JobId = origin.Allocation.JobId,
            JobName = origin.Job.Name.Length > 0 ? origin.Job.Name : origin.Job.Id,
            TaskGroup = origin.Group.Name,
            Task = origin.Task.Name,
            NodeId = origin.Node.Id,
            NodeName = origin.Node.Name,
            User = origin.Task.User,
            Config = Interpolation.Replace(origin.Task.Config, environment, Interpolation.NodeValues(origin.Node, origin.Region)),
            Env = environment,
            Paths = paths,
            Resources = origin.Allocation.Resources.Tasks.GetValueOrDefault(origin.Task.Name) ?? new AllocatedTaskResources(0, 0),
            Ports = [.. origin.Allocation.Resources.Ports.Where(p => p.Task is null || p.Task == origin.Task.Name)],
            HostIp = origin.Node.Resources.Networks.FirstOrDefault()?.Ip ?? "127.0.0.1",
            NetworkMode = network?.Mode ?? "",
            MhzPerCore = origin.Node.Resources is { CpuCores: > 0, CpuMhz: > 0 } cpu ? (double)cpu.CpuMhz / cpu.CpuCores : 1000,
            Logs = Logs(origin.Task.LogConfig),
            Mounts = Mounts(origin),
        };
    }

    private static void CheckSignal(string signal)
    {
        try
        {
            if (signal.Length > 0) Signals.Number(signal);
        }
        catch (DriverException e)
        {
            throw new InvalidTaskException($"kill_signal: {e.Message}");
        }
    }

    private static readonly IReadOnlyDictionary<string, long> NoPorts = new Dictionary<string, long>();

    private static LogLimits Logs(LogConfig? config) => new(
        Math.Max(1, config?.MaxFiles ?? 10),
        Math.Max(1, config?.MaxFileSizeMb ?? 10) * 1024L * 1024,
        config?.Disabled ?? config?.Enabled == false);

    private static IReadOnlyList<TaskMount> Mounts(TaskOrigin origin)
    {
        var mounts = new List<TaskMount>();
        foreach (var mount in origin.Task.VolumeMounts)
        {
            if (!origin.Group.Volumes.TryGetValue(mount.Volume, out var volume))
                throw new InvalidTaskException($"volume_mount: the group has no volume \"{mount.Volume}\"");

            if (volume.Type != "host")
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this client mounts volumes of type \"host\" only, found \"{volume.Type}\"");

            if (!origin.Node.HostVolumes.TryGetValue(volume.Source, out var host))
                throw new InvalidTaskException($"volume \"{mount.Volume}\": this node has no host volume \"{volume.Source}\"");

            mounts.Add(new TaskMount(
                host.Path, mount.Destination, host.ReadOnly || volume.ReadOnly || mount.ReadOnly == true,
                mount.PropagationMode.Length > 0 ? mount.PropagationMode : "private"));
        }

        return mounts;
    }
}
