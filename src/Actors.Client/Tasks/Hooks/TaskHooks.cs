using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>The hooks of one task, in their order.</summary>
/// <param name="hooks">The hooks.</param>
internal sealed class TaskHooks(IReadOnlyList<ITaskHook> hooks) : IAsyncDisposable
{
    /// <summary>What every task goes through before, between and after its runs.</summary>
    public static TaskHooks All() => new(
    [
        new ValidateHook(),
        new PayloadHook(),
        new VolumeHook(),
        new NetworkHook(),
        new ArtifactHook(),
        new TemplateHook(),
    ]);

    /// <summary>Adds to what the task is started as.</summary>
    /// <exception cref="InvalidTaskException">The task's settings are wrong.</exception>
    public void Describe(TaskStart start)
    {
        foreach (var hook in hooks) hook.Describe(start);
    }

    /// <summary>Prepares a start.</summary>
    /// <exception cref="TaskHookException">Something can't be had.</exception>
    public async Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks) await hook.PrestartAsync(start, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The task runs.</summary>
    public async Task StartedAsync(TaskStart start, IDriverTask task, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks) await hook.StartedAsync(start, task, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A run is over.</summary>
    public async Task ExitedAsync(TaskStart start, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks.Reverse()) await hook.ExitedAsync(start, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var hook in hooks.Reverse()) await hook.DisposeAsync().ConfigureAwait(false);
    }
}
