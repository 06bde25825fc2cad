using Actors.Drivers;
using Actors.Drivers.Processes;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Refuses a task whose settings its driver does not accept.</summary>
internal sealed class ValidateHook : ITaskHook
{
    /// <inheritdoc/>
    public string Name => "validate";

    /// <inheritdoc/>
    public void Describe(TaskStart start)
    {
        var task = start.Origin.Task;
        var problems = start.Driver.Validate(task.Config);
        if (problems.Any(p => !p.IsWarning)) throw new InvalidTaskException(string.Join("; ", problems.Where(p => !p.IsWarning)));
        CheckSignal("kill_signal", task.KillSignal);
    }

    /// <inheritdoc/>
    public Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        foreach (var warning in start.Driver.Validate(start.Origin.Task.Config)) start.Control.Driver.Report(new DriverEvent(warning.ToString()));
        return Task.CompletedTask;
    }

    /// <summary>Refuses what is no signal.</summary>
    /// <exception cref="InvalidTaskException">It is none.</exception>
    public static void CheckSignal(string place, string signal)
    {
        try
        {
            if (signal.Length > 0) Signals.Number(signal);
        }
        catch (DriverException e)
        {
            throw new InvalidTaskException($"{place}: {e.Message}");
        }
    }
}
