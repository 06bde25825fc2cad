using Actors.Contracts.Collections;
using Actors.Drivers.Docker;
using Actors.Drivers.Exec;
using Actors.Drivers.Java;
using Actors.Drivers.Mock;
using Actors.Drivers.Podman;
using Actors.Drivers.Qemu;
using Actors.Drivers.RawExec;
using Actors.Drivers.Rkt;

namespace Actors.Drivers.Config;

/// <summary>What drivers refuse of a task's configuration, told without starting them, as on a server.</summary>
public static class DriverConfigs
{
    private static readonly Dictionary<string, Func<EquatableMap<ConfigValue>, IReadOnlyList<ConfigProblem>>> Checks = new(StringComparer.Ordinal)
    {
        [DockerDriver.DriverName] = config => DockerSchema.Task.Validate(config),
        [ExecDriver.DriverName] = config => ExecDriver.TaskSchema.Validate(config),
        [JavaDriver.DriverName] = JavaDriver.Check,
        [MockDriver.DriverName] = MockDriver.Check,
        [PodmanDriver.DriverName] = config => PodmanSchema.Task.Validate(config),
        [QemuDriver.DriverName] = config => QemuDriver.TaskSchema.Validate(config),
        [RawExecDriver.DriverName] = config => RawExecDriver.TaskSchema.Validate(config),
        [RktDriver.DriverName] = RktDriver.Check,
    };

    /// <summary>What is wrong in a task's <c>config</c>, before interpolation; empty: nothing, or nothing is known of the driver.</summary>
    /// <param name="driver">The driver's name.</param>
    /// <param name="taskSchema">What a node told of its plugin of that name (<see cref="SchemaText"/>); null: it is the driver that every agent brings along.</param>
    /// <param name="config">The configuration.</param>
    public static IReadOnlyList<ConfigProblem> Check(string driver, string? taskSchema, EquatableMap<ConfigValue> config) =>
        taskSchema is not null ? SchemaText.Read(taskSchema)?.Validate(config) ?? []
        : Checks.TryGetValue(driver, out var check) ? check(config)
        : [];
}
