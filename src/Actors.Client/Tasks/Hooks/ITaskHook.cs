using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>One thing that a task needs around its runs (its artifacts, its templates …). Each has its own instance per task; never asked for two things at once.</summary>
internal interface ITaskHook : IAsyncDisposable
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Adds to what the task is started as. Quick, and without effect on the machine: asked too when a running task is only looked for.</summary>
    /// <exception cref="InvalidTaskException">The task's settings are wrong: it fails for good.</exception>
    void Describe(TaskStart start)
    {
    }

    /// <summary>Before every start.</summary>
    /// <exception cref="TaskHookException">It can't be had; says whether another attempt may help.</exception>
    Task PrestartAsync(TaskStart start, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The task runs: it was started, or found by an agent that started anew.</summary>
    Task StartedAsync(TaskStart start, IDriverTask task, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A run is over, and what its driver made is removed.</summary>
    Task ExitedAsync(TaskStart start, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The task is over for good, or its agent ends: lets go of everything in memory.</summary>
    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What a task needs can't be had.</summary>
/// <param name="eventType">The kind of event that says so.</param>
/// <param name="message">What, and why.</param>
/// <param name="recoverable">Whether another attempt may help.</param>
/// <param name="cause">What lies beneath.</param>
internal sealed class TaskHookException(string eventType, string message, bool recoverable, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of event that says so.</summary>
    public string EventType { get; } = eventType;

    /// <summary>Another attempt may help.</summary>
    public bool Recoverable { get; } = recoverable;
}
