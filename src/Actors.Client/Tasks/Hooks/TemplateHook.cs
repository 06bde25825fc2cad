using Actors.Client.Templates;
using Actors.Contracts.Allocations;
using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Makes the task's templates before every start, and again while it runs when what they are made from changes.</summary>
internal sealed class TemplateHook : ITaskHook
{
    private CancellationTokenSource? _watching;
    private IReadOnlyList<RenderedTemplate> _templates = [];

    /// <inheritdoc/>
    public string Name => "templates";

    /// <inheritdoc/>
    public void Describe(TaskStart start)
    {
        _templates = [.. start.Origin.Task.Templates.Select(t => new RenderedTemplate(t, start))];
        foreach (var template in _templates)
        {
            if (template.Template.ChangeMode == "signal") ValidateHook.CheckSignal("template.change_signal", template.Template.ChangeSignal);
            AddVariables(start, template);
        }
    }

    /// <inheritdoc/>
    public Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        foreach (var template in _templates)
        {
            template.Render();
            template.Write();
            AddVariables(start, template);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StartedAsync(TaskStart start, IDriverTask task, CancellationToken cancellationToken)
    {
        // A task that was found runs with what is on disk; only from now on a change is one.
        foreach (var template in _templates) template.Adopt();
        var watch = new TemplateWatch([.. _templates.Where(t => t.MayChange)], start, task);
        foreach (var template in _templates.Where(t => t.Template is { ChangeMode: "script", ChangeScript.RunOnFirstRender: true }))
            await watch.RunScriptAsync(template.Template, cancellationToken).ConfigureAwait(false);
        if (!_templates.Any(t => t.MayChange)) return;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = _watching.Token;
        _ = Task.Run(() => WatchAsync(watch, start, stop), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task ExitedAsync(TaskStart start, CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private static async Task WatchAsync(TemplateWatch watch, TaskStart start, CancellationToken stop)
    {
        try
        {
            await watch.RunAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is TaskHookException or IOException or UnauthorizedAccessException)
        {
            start.Control.Tell(TaskEventTypes.Template, $"the templates are not watched any more: {e.Message}");
        }
    }

    private static void AddVariables(TaskStart start, RenderedTemplate template)
    {
        foreach (var (name, value) in template.Variables()) start.Environment[name] = value;
    }

    private void Stop()
    {
        _watching?.Cancel();
        _watching?.Dispose();
        _watching = null;
    }
}
