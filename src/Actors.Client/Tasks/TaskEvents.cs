using System.Globalization;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.Tasks;

/// <summary>The events of a task whose words need some thought.</summary>
internal static class TaskEvents
{
    /// <summary>A run is over.</summary>
    public static TaskEvent Terminated(TaskExit exit, DateTimeOffset at) => new(
        TaskEventTypes.Terminated, at,
        exit.Error is null
            ? $"Exit Code: {exit.ExitCode}{(exit.Signal == 0 ? "" : $", Signal: {exit.Signal}")}{(exit.OutOfMemory ? ", OOM Killed" : "")}"
            : $"Exit Message: \"{exit.Error}\"",
        new Dictionary<string, string>
        {
            ["exit_code"] = exit.ExitCode.ToString(CultureInfo.InvariantCulture),
            ["signal"] = exit.Signal.ToString(CultureInfo.InvariantCulture),
            ["oom_killed"] = exit.OutOfMemory ? "true" : "false",
        });

    /// <summary>It could not be started.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="at">When.</param>
    /// <param name="recoverable">Whether another attempt may help.</param>
    public static TaskEvent NotStarted(Exception cause, DateTimeOffset at, out bool recoverable)
    {
        (var type, recoverable) = cause switch
        {
            InvalidTaskException => (TaskEventTypes.FailedValidation, false),
            TaskHookException hook => (hook.EventType, hook.Recoverable),
            DriverException driver => (TaskEventTypes.DriverFailure, driver.Recoverable),
            _ => (TaskEventTypes.DriverFailure, true),
        };
        return new TaskEvent(type, at, cause.Message);
    }
}
