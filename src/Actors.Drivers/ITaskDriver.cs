using Actors.Contracts.Collections;
using Actors.Drivers.Config;

namespace Actors.Drivers;

/// <summary>
/// Runs tasks of one kind. A driver holds no durable state: what it needs to find a task again is in the task's
/// <see cref="TaskHandle"/>, in its control directory, or on what it made (labels of a container).
/// </summary>
public interface ITaskDriver : IAsyncDisposable
{
    /// <summary>The name that jobs use, such as <c>raw_exec</c>.</summary>
    string Name { get; }

    /// <summary>What it can do.</summary>
    DriverCapabilities Capabilities { get; }

    /// <summary>What a task's <c>config</c> may hold.</summary>
    ConfigSchema Schema { get; }

    /// <summary>By which it makes groups' networks; null: its tasks join namespaces that others made.</summary>
    INetworkHolder? Networks => this as INetworkHolder;

    /// <summary>
    /// What is there of it on this machine: the first answer soon, then another whenever it changed, until cancelled.
    /// Never throws for a driver that is not there: that is an answer.
    /// </summary>
    IAsyncEnumerable<DriverFingerprint> FingerprintAsync(CancellationToken cancellationToken);

    /// <summary>What is wrong (or old) in a <c>config</c>, before interpolation; empty: nothing.</summary>
    IReadOnlyList<ConfigProblem> Validate(EquatableMap<ConfigValue> config) => Schema.Validate(config);

    /// <summary>Starts a task. What it left of an earlier run under the same id is removed first.</summary>
    /// <param name="task">What to run.</param>
    /// <param name="events">Told what happens meanwhile, such as the progress of a pull.</param>
    /// <param name="cancellationToken">Give up: nothing stays behind.</param>
    /// <exception cref="DriverException">It can't be started; says why and whether another attempt may help.</exception>
    Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Finds a task that an earlier agent started: by its handle, or, when the agent died before it kept one, by what the
    /// driver made. A task that ended meanwhile is found too, with its exit; null: there is nothing left of it.
    /// </summary>
    /// <param name="task">What it was started as.</param>
    /// <param name="handle">Its handle, or null.</param>
    /// <param name="events">Told what happens to it from now on.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It can't be told, for example because an engine does not answer.</exception>
    Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken);
}

/// <summary>A task that was started. Disposing it lets go of the task without stopping it.</summary>
public interface IDriverTask : IAsyncDisposable
{
    /// <summary>By which a later agent finds it again.</summary>
    TaskHandle Handle { get; }

    /// <summary>Completes when the task ended and its output is in its log files; never fails.</summary>
    Task<TaskExit> Exited { get; }

    /// <summary>Sends a signal, waits for the end, and kills what is left when the time is up. Completes when it ended.</summary>
    /// <param name="signal">Such as SIGTERM; "": the driver's default.</param>
    /// <param name="timeout">How long the task has to end by itself.</param>
    /// <param name="cancellationToken">Stop waiting.</param>
    /// <exception cref="DriverException">It can't be stopped now; try again.</exception>
    Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Removes everything that was made for the task (processes, container), running or not. Idempotent.</summary>
    /// <exception cref="DriverException">It can't be removed now; try again.</exception>
    Task DestroyAsync(CancellationToken cancellationToken);

    /// <summary>What the task is now.</summary>
    /// <exception cref="DriverException">It can't be told.</exception>
    Task<TaskInspection> InspectAsync(CancellationToken cancellationToken);

    /// <summary>What the task uses now.</summary>
    /// <exception cref="DriverException">It can't be told, or the task ended.</exception>
    Task<TaskUsage> StatsAsync(CancellationToken cancellationToken);

    /// <summary>Sends a signal to the task's main process.</summary>
    /// <exception cref="DriverException">No such signal, or the task ended.</exception>
    Task SignalAsync(string signal, CancellationToken cancellationToken);

    /// <summary>Runs a command beside the task's main process, in the task's surroundings (directories, environment, user, isolation).</summary>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Give up the start; a command that was started goes on until it is disposed of.</param>
    /// <exception cref="DriverException">The driver can't, the task ended, or there is no such command.</exception>
    Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken);
}

/// <summary>What a driver can do.</summary>
/// <param name="SendSignals">Its tasks take signals.</param>
/// <param name="Exec">Commands can be run inside its tasks.</param>
/// <param name="Isolation">What its tasks see of the file system.</param>
public sealed record DriverCapabilities(bool SendSignals, bool Exec, FileSystemIsolation Isolation);

/// <summary>What a task sees of the file system: decides where its directories are for it.</summary>
public enum FileSystemIsolation
{
    /// <summary>The host's.</summary>
    None,

    /// <summary>One of its own (an image's, or a root that shows parts of the host's), with the task's directories at <c>/alloc</c>, <c>/local</c> and <c>/secrets</c>.</summary>
    Image,
}

/// <summary>What is there of a driver on this machine.</summary>
/// <param name="Detected">It is installed.</param>
/// <param name="Healthy">It can start tasks now.</param>
/// <param name="Description">Why (not), for people.</param>
/// <param name="Attributes">By Nomad's names, such as <c>driver.docker.version</c>.</param>
public sealed record DriverFingerprint(bool Detected, bool Healthy, string Description, EquatableMap<string> Attributes)
{
    /// <summary>What its tasks may be configured with (<see cref="SchemaText"/>), of a driver that only this machine knows; null: not told.</summary>
    public string? TaskSchema { get; init; }
}

/// <summary>Something that a driver tells of a task.</summary>
/// <param name="Message">For people.</param>
/// <param name="Details">The same as data.</param>
public sealed record DriverEvent(string Message, IReadOnlyDictionary<string, string>? Details = null);

/// <summary>By which a later agent finds a task again. Kept in the client's state; carries no secrets.</summary>
/// <param name="Driver">The driver's name.</param>
/// <param name="Version">The version of the shape of <paramref name="State"/>.</param>
/// <param name="State">The driver's own, as JSON.</param>
public sealed record TaskHandle(string Driver, int Version, string State);

/// <summary>How a task ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + signal for one that a signal ended; −1 when it is not known.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
/// <param name="OutOfMemory">The kernel killed it for its memory.</param>
/// <param name="Error">Why its end is not a plain exit (its container is gone, its supervisor was killed), or null.</param>
public sealed record TaskExit(int ExitCode, int Signal = 0, bool OutOfMemory = false, string? Error = null)
{
    /// <summary>It ended by itself, and well.</summary>
    public bool Successful => ExitCode == 0 && Signal == 0 && !OutOfMemory && Error is null;
}

/// <summary>What a task is.</summary>
/// <param name="Running">It runs.</param>
/// <param name="Pid">Its main process on the host; 0: not known.</param>
/// <param name="Attributes">The driver's own, such as <c>container_id</c>.</param>
public sealed record TaskInspection(bool Running, int Pid, IReadOnlyDictionary<string, string> Attributes);

/// <summary>What a task uses.</summary>
public sealed record TaskUsage
{
    /// <summary>When it was measured.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Share of one core in use, in percent, since the measurement before (since its start, for the first).</summary>
    public double CpuPercent { get; init; }

    /// <summary>Of that, in user mode, in percent.</summary>
    public double CpuUserPercent { get; init; }

    /// <summary>Of that, in the kernel, in percent.</summary>
    public double CpuSystemPercent { get; init; }

    /// <summary>Resident memory, in bytes.</summary>
    public long MemoryRss { get; init; }

    /// <summary>Page cache, in bytes; 0 where it is not known.</summary>
    public long MemoryCache { get; init; }

    /// <summary>Memory in use as its limit counts it, in bytes.</summary>
    public long MemoryUsage { get; init; }

    /// <summary>How many processes it has.</summary>
    public int Processes { get; init; }
}

/// <summary>A driver can't do what was asked.</summary>
/// <param name="message">What, and why: shown to the job's author.</param>
/// <param name="recoverable">Whether another attempt may succeed without a change of the job.</param>
/// <param name="inner">What lies beneath.</param>
public sealed class DriverException(string message, bool recoverable, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another attempt may succeed without a change of the job.</summary>
    public bool Recoverable { get; } = recoverable;
}
