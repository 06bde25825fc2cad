using Actors.Drivers;

namespace Actors.Client.Tasks.Hooks;

/// <summary>What a task's hooks can do with it while it runs. From any thread.</summary>
internal interface ITaskControl
{
    /// <summary>Puts something into the task's story.</summary>
    void Tell(string type, string message, IReadOnlyDictionary<string, string>? details = null);

    /// <summary>Stops the task and starts it again; not counted by its restart policy.</summary>
    void Restart(string reason);

    /// <summary>Sends it a signal.</summary>
    void Signal(string signal, string reason);

    /// <summary>Stops it for good.</summary>
    void Kill(string eventType, string reason, bool fails);

    /// <summary>What its driver tells.</summary>
    IProgress<DriverEvent> Driver { get; }
}
