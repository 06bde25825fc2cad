using Actors.Client.Tasks.Hooks;
using Actors.Drivers;
using Akka.Actor;

namespace Actors.Client.Tasks;

/// <summary>Hands what hooks and drivers say to the task's actor.</summary>
/// <param name="runner">The actor.</param>
internal sealed class TaskControl(IActorRef runner) : ITaskControl, IProgress<DriverEvent>
{
    /// <inheritdoc/>
    public IProgress<DriverEvent> Driver => this;

    /// <inheritdoc/>
    public void Report(DriverEvent value) => runner.Tell(new DriverTold(value));

    /// <inheritdoc/>
    public void Tell(string type, string message, IReadOnlyDictionary<string, string>? details = null) => runner.Tell(new HookTold(type, message, details));

    /// <inheritdoc/>
    public void Restart(string reason) => runner.Tell(new RestartTask(reason));

    /// <inheritdoc/>
    public void Signal(string signal, string reason) => runner.Tell(new SignalTask(signal, reason));

    /// <inheritdoc/>
    public void Kill(string eventType, string reason, bool fails) => runner.Tell(new KillTask(eventType, reason, fails));
}
