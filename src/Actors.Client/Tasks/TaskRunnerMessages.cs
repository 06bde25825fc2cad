using Actors.Contracts.Allocations;
using Actors.Drivers;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Tasks;

/// <summary>Where a task's actor is.</summary>
internal enum TaskPhase
{
    /// <summary>For its turn.</summary>
    Waiting,

    /// <summary>Its driver is starting it, or looking for it.</summary>
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

/// <summary>Stop the task and start it again; not counted by its restart policy. Answered with <see cref="Done"/> at once.</summary>
/// <param name="Reason">Why, for people.</param>
internal sealed record RestartTask(string Reason);

/// <summary>Send a signal. Answered with <see cref="Done"/>, or <see cref="Status.Failure"/>.</summary>
/// <param name="Signal">Its name.</param>
internal sealed record SignalTask(string Signal);

/// <summary>The allocation changed in place: used from the next start on.</summary>
/// <param name="Origin">What the task is started from now.</param>
internal sealed record UpdateTask(TaskOrigin Origin);

/// <summary>To the allocation: the task's state changed.</summary>
/// <param name="Task">The task.</param>
/// <param name="State">Its state now.</param>
internal sealed record TaskChanged(string Task, TaskState State);

/// <summary>What was asked is done, or under way.</summary>
internal sealed record Done
{
    /// <summary>The one instance.</summary>
    public static Done Instance { get; } = new();
}

/// <summary>What a task runner tells itself.</summary>
internal interface ITaskRunnerEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The driver started it, or found it.</summary>
internal sealed record DriverStarted(IDriverTask Task, bool Recovered) : ITaskRunnerEvent;

/// <summary>The driver could not start it.</summary>
internal sealed record DriverFailed(Exception Cause) : ITaskRunnerEvent;

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

/// <summary>Hands a driver's words to the task's actor.</summary>
/// <param name="runner">The actor.</param>
internal sealed class DriverTeller(IActorRef runner) : IProgress<DriverEvent>
{
    /// <inheritdoc/>
    public void Report(DriverEvent value) => runner.Tell(new DriverTold(value));
}
