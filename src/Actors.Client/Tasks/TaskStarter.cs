using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.Tasks;

/// <summary>A task that runs.</summary>
/// <param name="Start">What it was started as.</param>
/// <param name="Task">By which its driver holds it.</param>
/// <param name="Recovered">It ran already.</param>
internal sealed record StartedTask(TaskStart Start, IDriverTask Task, bool Recovered);

/// <summary>Lets a task's hooks and its driver start it or find it again.</summary>
internal static class TaskStarter
{
    /// <summary>Finds the task where something of it may be left; null: there is nothing.</summary>
    /// <exception cref="InvalidTaskException">This node has no such driver.</exception>
    /// <exception cref="DriverException">It can't be told.</exception>
    public static async Task<StartedTask?> FindAsync(TaskOrigin origin, TaskHooks hooks, ITaskControl control, TaskHandle? handle, CancellationToken cancellationToken)
    {
        var start = TaskStart.Begin(origin, control);
        try
        {
            hooks.Describe(start);
        }
        catch (InvalidTaskException e)
        {
            // Not valid any more (a volume is gone from the node, say); what runs is found all the same.
            control.Tell(TaskEventTypes.FailedValidation, e.Message);
        }

        return await start.Driver.RecoverAsync(start.ToConfig(), handle, control.Driver, cancellationToken).ConfigureAwait(false) is { } found
            ? new StartedTask(start, found, Recovered: true)
            : null;
    }

    /// <summary>Prepares all that the task needs, and starts it.</summary>
    /// <exception cref="InvalidTaskException">The task's settings are wrong.</exception>
    /// <exception cref="TaskHookException">Something that it needs can't be had.</exception>
    /// <exception cref="DriverException">It can't be started.</exception>
    public static async Task<StartedTask> StartAsync(TaskOrigin origin, TaskHooks hooks, ITaskControl control, CancellationToken cancellationToken)
    {
        var start = TaskStart.Begin(origin, control);
        hooks.Describe(start);
        await hooks.PrestartAsync(start, cancellationToken).ConfigureAwait(false);
        return new StartedTask(start, await start.Driver.StartAsync(start.ToConfig(), control.Driver, cancellationToken).ConfigureAwait(false), Recovered: false);
    }
}
