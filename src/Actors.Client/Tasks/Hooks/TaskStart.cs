using Actors.Client.Allocations.Hooks;
using Actors.Contracts.Allocations;
using Actors.Drivers;
using Actors.Drivers.Config;

namespace Actors.Client.Tasks.Hooks;

/// <summary>What a task is about to be started as: its hooks add to it in their order, its driver gets the result.</summary>
internal sealed class TaskStart
{
    private readonly IReadOnlyDictionary<string, string> _node;

    private TaskStart(TaskOrigin origin, ITaskDriver driver, TaskPaths paths, Dictionary<string, string> environment, ITaskControl control)
    {
        (Origin, Driver, Paths, Environment, Control) = (origin, driver, paths, environment, control);
        _node = Interpolation.NodeValues(origin.Node, origin.Region);
    }

    /// <summary>What it is started from.</summary>
    public TaskOrigin Origin { get; }

    /// <summary>The client.</summary>
    public ClientContext Client => Origin.Scope.Client;

    /// <summary>Its allocation.</summary>
    public AllocationScope Scope => Origin.Scope;

    /// <summary>Its driver.</summary>
    public ITaskDriver Driver { get; }

    /// <summary>Its directories on the host.</summary>
    public TaskPaths Paths { get; }

    /// <summary>Its environment, interpolated.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Directories of the host that it sees.</summary>
    public List<TaskMount> Mounts { get; } = [];

    /// <summary>The task itself.</summary>
    public ITaskControl Control { get; }

    /// <summary>Begins a start.</summary>
    /// <exception cref="InvalidTaskException">This node has no such driver.</exception>
    public static TaskStart Begin(TaskOrigin origin, ITaskControl control)
    {
        var client = origin.Scope.Client;
        if (!client.Drivers.TryGetValue(origin.Task.Driver, out var driver))
        {
            var nearest = NearestName.Find(origin.Task.Driver, client.Drivers.Keys);
            throw new InvalidTaskException($"driver: this node has no driver \"{origin.Task.Driver}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}");
        }

        var paths = client.Directories.PathsOf(origin.Allocation.Id, origin.Task.Name);
        return new TaskStart(origin, driver, paths, BaseEnvironment(origin, driver, paths), control);
    }

    /// <summary>A text of the job with every reference that is known replaced.</summary>
    public string Replace(string text) => Interpolation.Replace(text, Environment, _node);

    /// <summary>A variable of the task, or what its node is known by (<c>attr.*</c>, <c>meta.*</c>, <c>node.*</c>); null: there is neither.</summary>
    public string? Find(string name) => Environment.GetValueOrDefault(name) ?? _node.GetValueOrDefault(name);

    /// <summary>What the driver gets.</summary>
    public TaskConfig ToConfig() => new()
    {
        AllocationId = Origin.Allocation.Id,
        JobId = Origin.Allocation.JobId,
        JobName = Origin.Job.Name.Length > 0 ? Origin.Job.Name : Origin.Job.Id,
        TaskGroup = Origin.Group.Name,
        Task = Origin.Task.Name,
        NodeId = Origin.Node.Id,
        NodeName = Origin.Node.Name,
        User = Replace(Origin.Task.User),
        Config = Interpolation.Replace(Origin.Task.Config, Environment, _node),
        Env = Environment,
        Paths = Paths,
        Resources = Origin.Allocation.Resources.Tasks.GetValueOrDefault(Origin.Task.Name) ?? new AllocatedTaskResources(0, 0),
        Ports = [.. Origin.Allocation.Resources.Ports.Where(p => p.Task is null || p.Task == Origin.Task.Name)],
        HostIp = Origin.Node.Resources.Networks.FirstOrDefault()?.Ip ?? "127.0.0.1",
        Network = Network(),
        NetworkMode = Origin.Group.Networks.FirstOrDefault()?.Mode ?? "",
        MhzPerCore = Origin.Node.Resources is { CpuCores: > 0, CpuMhz: > 0 } cpu ? (double)cpu.CpuMhz / cpu.CpuCores : 1000,
        Logs = new LogLimits(
            Math.Max(1, Origin.Task.LogConfig?.MaxFiles ?? 10),
            Math.Max(1, Origin.Task.LogConfig?.MaxFileSizeMb ?? 10) * 1024L * 1024,
            Origin.Task.LogConfig?.Disabled ?? Origin.Task.LogConfig?.Enabled == false),
        Mounts = [.. Mounts],
    };

    private TaskNetwork? Network()
    {
        if (Scope.Facts.Network is not { } made) return null;
        var asked = Origin.Group.Networks[0];
        return new TaskNetwork(made.Namespace, made.Holder)
        {
            Hostname = asked.Hostname,
            DnsServers = asked.Dns?.Servers ?? [],
            DnsSearches = asked.Dns?.Searches ?? [],
            DnsOptions = asked.Dns?.Options ?? [],
        };
    }

    private static Dictionary<string, string> BaseEnvironment(TaskOrigin origin, ITaskDriver driver, TaskPaths paths)
    {
        var reader = new ConfigReader(driver.Schema.Canonical(origin.Task.Config));
        return EnvironmentBuilder.Build(new EnvironmentInput
        {
            Allocation = origin.Allocation,
            Job = origin.Job,
            Group = origin.Group,
            Task = origin.Task,
            Node = origin.Node,
            Region = origin.Region,
            Paths = paths,
            Isolation = driver.Capabilities.Isolation,
            PortMap = driver.Schema.Fields.Any(f => f.Name == "port_map") ? reader.IntegerMap("port_map") ?? NoPorts : NoPorts,
            Network = origin.Scope.Facts.Network?.Status,
            Host = origin.Scope.Client.HostEnvironment,
        });
    }

    private static readonly IReadOnlyDictionary<string, long> NoPorts = new Dictionary<string, long>();
}
