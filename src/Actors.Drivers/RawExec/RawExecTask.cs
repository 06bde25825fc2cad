using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.RawExec;

/// <summary>A command that runs without isolation.</summary>
internal class RawExecTask : SupervisedTask
{
    public RawExecTask(string driver, TaskConfig task, SupervisedProcess process, SupervisionWatch watch, TimeProvider time)
        : base(driver, task, process, watch, time) => Watch();

    /// <summary>Kills whatever a task under this id left running, and waits until it is gone.</summary>
    public static async Task RemoveRemainsAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        if (SupervisedProcess.Read(task.Paths.Control) is not { SameBoot: true } process) return;
        while (KillRemains(task, process))
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken).ConfigureAwait(false);
    }

    protected override Task RemoveRemainsAsync(CancellationToken cancellationToken) => RemoveRemainsAsync(Task, cancellationToken);

    protected override Measurement Measure()
    {
        var processes = ProcessTable.Recent().Where(p => p.Session == Process.Pid).ToList();
        var resident = processes.Sum(p => p.ResidentPages) * Environment.SystemPageSize;
        return new Measurement(
            processes.Sum(p => p.UserTicks) / (double)ProcessTable.TicksPerSecond, processes.Sum(p => p.SystemTicks) / (double)ProcessTable.TicksPerSecond,
            resident, 0, resident, processes.Count);
    }

    protected override IDriverExec Exec(ExecRequest request)
    {
        var command = Executables.Resolve(request.Command[0], Task.Paths, Task.Paths.Task, Task.Env.GetValueOrDefault("PATH"), "command");
        return HostExec.Start([command, .. request.Command.Skip(1)], new HostExecSurroundings(Task.Paths.Task, Task.Env, Task.User, Task.Network?.Namespace), request);
    }

    /// <summary>
    /// Kills the task's group (at once: a group that forks on can't outrun it), then what left the group or the session but
    /// still carries the allocation's id in its environment. True when there was something.
    /// </summary>
    private static bool KillRemains(TaskConfig task, SupervisedProcess process)
    {
        var found = false;
        if (process.Pid != 0 && (process.Alive || !IsReused(process))) found |= Libc.Kill(-process.Pid, 9) == 0 && GroupLives(process);
        var allocation = $"NOMAD_ALLOC_ID={task.AllocationId}";
        var name = $"NOMAD_TASK_NAME={task.Task}";
        foreach (var stat in ProcessTable.All())
        {
            if (stat.IsZombie || stat.Pid == process.Supervisor || stat.Pid == Environment.ProcessId) continue;
            var ours = process.Pid != 0 && stat.Session == process.Pid && stat.StartTicks >= process.PidStart;
            if (!ours && !(stat.StartTicks >= process.SupervisorStart && ProcessTable.HasVariable(stat.Pid, allocation) && ProcessTable.HasVariable(stat.Pid, name))) continue;
            found = true;
            Libc.Kill(stat.Pid, 9);
        }

        return found;
    }

    /// <summary>The id belongs to a process that is not the task: the kernel gave it out again, which it doesn't while the task's group has members.</summary>
    private static bool IsReused(SupervisedProcess process) => ProcessTable.Find(process.Pid) is { } stat && stat.StartTicks != process.PidStart;

    private static bool GroupLives(SupervisedProcess process) => ProcessTable.All().Any(p => p.Group == process.Pid && !p.IsZombie);
}
