using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Drivers;

namespace Actors.Client.Templates;

/// <summary>Looks at the files that a running task's templates are made from, makes what changed again, and lets the task know as the job wants it.</summary>
/// <param name="templates">The templates that may change.</param>
/// <param name="start">The task.</param>
/// <param name="task">Its run.</param>
internal sealed class TemplateWatch(IReadOnlyList<RenderedTemplate> templates, TaskStart start, IDriverTask task)
{
    private static readonly TimeSpan DefaultSplay = TimeSpan.FromSeconds(5);
    private string _told = "";

    private TimeProvider Time => start.Client.Time;

    /// <summary>Goes on until the run is over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(start.Client.Options.TemplateInterval, Time, cancellationToken).ConfigureAwait(false);
            if (!templates.Any(t => t.Outdated)) continue;
            var changed = await ChangedAsync(cancellationToken).ConfigureAwait(false);
            if (changed.Count > 0 && await ActAsync(changed, cancellationToken).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Carries a template's script out in the task.</summary>
    public async Task RunScriptAsync(Template template, CancellationToken cancellationToken)
    {
        if (template.ChangeScript is not { Command.Length: > 0 } script) return;
        var problem = "";
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(script.Timeout is { } asked && asked > TimeSpan.Zero ? asked : TimeSpan.FromSeconds(5));
            await using var run = await task.ExecAsync(new ExecRequest([start.Replace(script.Command), .. script.Args.Select(start.Replace)]), deadline.Token).ConfigureAwait(false);
            await run.CloseInputAsync(deadline.Token).ConfigureAwait(false);
            await foreach (var piece in run.ReadAsync(deadline.Token).ConfigureAwait(false)) problem = piece.IsError ? System.Text.Encoding.UTF8.GetString(piece.Data.Span).Trim() : problem;
            var code = await run.Exited.WaitAsync(deadline.Token).ConfigureAwait(false);
            if (code == 0)
            {
                start.Control.Tell(TaskEventTypes.Template, $"Template ran script {script.Command} with arguments [{string.Join(' ', script.Args)}]. Exit code: 0");
                return;
            }

            problem = $"exit code: {code}{(problem.Length > 0 ? $": {problem}" : "")}";
        }
        catch (DriverException e)
        {
            problem = e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = "it did not end in time";
        }

        start.Control.Tell(TaskEventTypes.Template, $"Template failed to run script {script.Command}: {problem}");
        if (script.FailOnError == true) start.Control.Kill(TaskEventTypes.Template, $"Template failed to run script {script.Command}", fails: true);
    }

    /// <summary>Makes again what is outdated, when its files have been quiet for as long as it wants.</summary>
    private async Task<List<RenderedTemplate>> ChangedAsync(CancellationToken cancellationToken)
    {
        var (quiet, most) = (templates.Max(t => t.Template.Wait?.Min) ?? TimeSpan.Zero, templates.Max(t => t.Template.Wait?.Max) ?? TimeSpan.Zero);
        var until = Time.GetUtcNow() + (most > quiet ? most : quiet * 4);
        var outdated = templates.Where(t => t.Outdated).ToList();
        var changed = new HashSet<RenderedTemplate>();
        do
        {
            foreach (var template in outdated)
                if (TryRender(template)) changed.Add(template);
            if (quiet > TimeSpan.Zero) await Task.Delay(quiet, Time, cancellationToken).ConfigureAwait(false);
            outdated = templates.Where(t => t.Outdated).ToList();
        }
        while (outdated.Count > 0 && quiet > TimeSpan.Zero && Time.GetUtcNow() < until);
        return [.. changed];
    }

    private bool TryRender(RenderedTemplate template)
    {
        try
        {
            var changed = template.Render();
            _told = "";
            return changed;
        }
        catch (TaskHookException e)
        {
            // The task goes on with what it has; the same problem is told once.
            if (e.Message != _told) start.Control.Tell(TaskEventTypes.Template, e.Message);
            _told = e.Message;
            return false;
        }
    }

    /// <summary>Writes what changed, waits its splay, and does the strongest thing that one of them asks for; true: the run is over by that.</summary>
    private async Task<bool> ActAsync(List<RenderedTemplate> changed, CancellationToken cancellationToken)
    {
        foreach (var template in changed) template.Write();
        var modes = changed.Select(t => t.Template).Where(t => Mode(t) != "noop").ToList();
        if (modes.Count == 0) return false;
        var splay = modes.Max(t => t.Splay ?? DefaultSplay);
        if (splay > TimeSpan.Zero) await Task.Delay(splay * Random.Shared.NextDouble(), Time, cancellationToken).ConfigureAwait(false);
        if (modes.Any(t => Mode(t) == "restart"))
        {
            start.Control.Restart("Template with change_mode restart re-rendered");
            return true;
        }

        foreach (var signal in modes.Where(t => Mode(t) == "signal").Select(t => t.ChangeSignal).Distinct()) start.Control.Signal(signal, "Template re-rendered");
        foreach (var template in modes.Where(t => Mode(t) == "script")) await RunScriptAsync(template, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private static string Mode(Template template) => template.ChangeMode.Length > 0 ? template.ChangeMode : "restart";
}
