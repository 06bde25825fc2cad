using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers;

namespace Actors.Benchmarks.Drivers;

/// <summary>Tasks as an agent would give them to a driver.</summary>
internal static class BenchmarkTask
{
    private const UnixFileMode Open = (UnixFileMode)0b111_111_111;

    /// <summary>A task with its directories under a folder.</summary>
    public static TaskConfig In(string folder, params (string Name, ConfigValue Value)[] config)
    {
        var allocation = AllocationId.From(Guid.NewGuid());
        var directory = Path.Combine(folder, allocation.ToString());
        var task = new TaskConfig
        {
            AllocationId = allocation,
            JobId = new JobId("default", "bench"),
            TaskGroup = "main",
            Task = "main",
            NodeId = NodeId.From(Guid.NewGuid()),
            Config = EquatableMap.Of(config),
            Paths = new TaskPaths { Allocation = directory, Task = Path.Combine(directory, "main"), Control = Path.Combine(directory, "control") },
            Resources = new AllocatedTaskResources(100, 64),
            HostIp = "127.0.0.1",
            Env = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["NOMAD_ALLOC_ID"] = allocation.ToString(), ["NOMAD_TASK_NAME"] = "main" },
        };
        foreach (var path in (string[])[task.Paths.Logs, task.Paths.Local, task.Paths.Secrets, task.Paths.Temp])
            File.SetUnixFileMode(Directory.CreateDirectory(path).FullName, Open);
        File.SetUnixFileMode(task.Paths.Task, Open);
        return task;
    }

    /// <summary>A program and its arguments, as most drivers' configuration has them.</summary>
    public static (string, ConfigValue)[] Command(string program, params string[] arguments) =>
        [("command", ConfigValue.Of(program)), ("args", ConfigValue.Of([.. arguments.Select(ConfigValue.Of)]))];
}
