using Actors.Contracts.Allocations;
using Actors.Drivers;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Tasks;

/// <summary>Where a task's actor is.</summary>
internal enum TaskPhase
{
    /// <summary>Its driver looks for what an earlier agent left of it.</summary>
    Finding,

    /// <summary>For its turn.</summary>
    Waiting,

    /// <summary>Its hooks and its driver are starting it.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>What a run left is being removed.</summary>
    Cleaning,

    /// <summary>The wait before a restart.</summary>
    Delaying,

    /// <summary>It ended for good.</summary>
    Dead,
}

/// <summary>It is the task's turn.</summary>
internal sealed record StartTask;

/// <summary>Stop the task for good.</summary>
/// <param name="EventType">The kind of event that says so.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="Fails">The task failed by this.</param>
internal sealed record KillTask(string EventType, string Message, bool Fails = false);

/// <summary>Stop the task and start it again when it is its turn; not counted by its restart policy. Answered with <see cref="Done"/> at once.</summary>
/// <param name="Reason">Why, for people.</param>
internal sealed record RestartTask(string Reason);

/// <summary>Of a restart of the whole allocation: stop the task, if it runs, and wait for its turn. Followed by <see cref="TaskWaits"/>.</summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="Revive">Also when it has ended for good: it begins anew.</param>
internal sealed record HoldTask(string Reason, bool Revive);

/// <summary>Send a signal. Answered with <see cref="Done"/>, or <see cref="Status.Failure"/>.</summary>
/// <param name="Signal">Its name.</param>
/// <param name="Reason">Why, for people; "": a user asked for it.</param>
internal sealed record SignalTask(string Signal, string Reason = "");

/// <summary>The allocation changed in place: used from the next start on.</summary>
/// <param name="Origin">What the task is started from now.</param>
internal sealed record UpdateTask(TaskOrigin Origin);

/// <summary>To the allocation: the task's state changed.</summary>
/// <param name="Task">The task.</param>
/// <param name="State">Its state now.</param>
internal sealed record TaskChanged(string Task, TaskState State);

/// <summary>To the allocation: the task waits for its turn.</summary>
/// <param name="Task">The task.</param>
internal sealed record TaskWaits(string Task);

/// <summary>To the allocation: what an earlier agent may have left of the task was looked for.</summary>
/// <param name="Task">The task.</param>
internal sealed record TaskLookedFor(string Task);

/// <summary>What was asked is done, or under way.</summary>
internal sealed record Done
{
    /// <summary>The one instance.</summary>
    public static Done Instance { get; } = new();
}

/// <summary>What a task runner tells itself.</summary>
internal interface ITaskRunnerEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The driver started it, or found it.</summary>
internal sealed record DriverStarted(StartedTask Task) : ITaskRunnerEvent;

/// <summary>It could not be started.</summary>
internal sealed record DriverFailed(Exception Cause) : ITaskRunnerEvent;

/// <summary>There is nothing left of it.</summary>
internal sealed record NothingFound : ITaskRunnerEvent;

/// <summary>It can't be told now whether something is left of it.</summary>
internal sealed record FindFailed(Exception Cause) : ITaskRunnerEvent;

/// <summary>Look for it again.</summary>
internal sealed record FindAgain : ITaskRunnerEvent;

/// <summary>A hook tells something.</summary>
internal sealed record HookTold(string Type, string Message, IReadOnlyDictionary<string, string>? Details) : ITaskRunnerEvent;

/// <summary>A hook failed beside the running task.</summary>
internal sealed record HookFailed(string Problem) : ITaskRunnerEvent;

/// <summary>The driver tells something.</summary>
internal sealed record DriverTold(DriverEvent Event) : ITaskRunnerEvent;

/// <summary>A run is over.</summary>
internal sealed record RunEnded(TaskExit Exit) : ITaskRunnerEvent;

/// <summary>What a run left is removed.</summary>
internal sealed record RunCleaned(TaskExit Exit) : ITaskRunnerEvent;

/// <summary>Stopping it failed; it will be tried again.</summary>
internal sealed record StopFailed(string Problem, int Attempt) : ITaskRunnerEvent;

/// <summary>The wait before a restart is over.</summary>
internal sealed record RestartDue : ITaskRunnerEvent;

/// <summary>The wait before another attempt to stop it is over.</summary>
internal sealed record StopRetry(int Attempt) : ITaskRunnerEvent;

/// <summary>The state could not be written to disk.</summary>
internal sealed record StoreFailed(string Problem) : ITaskRunnerEvent;
