using System.Text.Json.Serialization;
using Actors.Contracts.Text;

namespace Actors.Contracts.Allocations;

/// <summary>One task of an allocation, as its client sees it. There may be millions of them: times are kept as ticks.</summary>
[JsonConverter(typeof(TaskStateConverter))]
public sealed record TaskState
{
    private readonly long _lastRestart;
    private readonly long _startedAt;
    private readonly long _finishedAt;

    /// <summary>Before, while or after it runs.</summary>
    public TaskRunState State { get; init; }

    /// <summary>It failed, and will not be tried again here.</summary>
    public bool Failed { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>When it was last started again, or null.</summary>
    public DateTimeOffset? LastRestart
    {
        get => UtcTicks.ToTime(_lastRestart);
        init => _lastRestart = UtcTicks.Of(value);
    }

    /// <summary>When it first ran, or null.</summary>
    public DateTimeOffset? StartedAt
    {
        get => UtcTicks.ToTime(_startedAt);
        init => _startedAt = UtcTicks.Of(value);
    }

    /// <summary>When it ended for good, or null.</summary>
    public DateTimeOffset? FinishedAt
    {
        get => UtcTicks.ToTime(_finishedAt);
        init => _finishedAt = UtcTicks.Of(value);
    }

    /// <summary>Its story, oldest first: ten events at most (Nomad's bound).</summary>
    public IReadOnlyList<TaskEvent> Events { get; init; } = [];

    /// <summary>It ended, and well.</summary>
    [JsonIgnore]
    public bool Successful => State == TaskRunState.Dead && !Failed;
}

/// <summary>The three states of a task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskRunState>))]
public enum TaskRunState
{
    /// <summary>Not running yet, or between two runs.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>It runs.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It ended for good.</summary>
    [JsonStringEnumMemberName("dead")] Dead,
}

/// <summary>Something that happened to a task. There may be millions of them: its time is kept as ticks.</summary>
/// <param name="Type">Nomad's word for it, one of <see cref="TaskEventTypes"/>.</param>
/// <param name="At">When.</param>
/// <param name="DisplayMessage">For people: what happened, and why.</param>
/// <param name="Details">The same as data, by Nomad's names (<c>exit_code</c>, <c>signal</c>, <c>restart_reason</c> …).</param>
/// <param name="FailsTask">It made the task fail.</param>
[JsonConverter(typeof(TaskEventConverter))]
public sealed record TaskEvent(
    string Type,
    DateTimeOffset At,
    string DisplayMessage,
    IReadOnlyDictionary<string, string>? Details = null,
    bool FailsTask = false)
{
    private readonly long _at = At.UtcTicks;

    /// <summary>When, in UTC.</summary>
    public DateTimeOffset At
    {
        get => new(_at, TimeSpan.Zero);
        init => _at = value.UtcTicks;
    }

    /// <summary>How many a task keeps.</summary>
    public const int MaxPerTask = 10;
}

/// <summary>Nomad's words for what happens to a task.</summary>
public static class TaskEventTypes
{
    /// <summary>The client took the task on.</summary>
    public const string Received = "Received";

    /// <summary>Its directory is being made.</summary>
    public const string TaskSetup = "Task Setup";

    /// <summary>The preparations failed.</summary>
    public const string SetupFailure = "Setup Failure";

    /// <summary>Its driver tells something, such as the progress of a pull.</summary>
    public const string Driver = "Driver";

    /// <summary>The driver could not start it.</summary>
    public const string DriverFailure = "Driver Failure";

    /// <summary>It runs.</summary>
    public const string Started = "Started";

    /// <summary>It ended by itself.</summary>
    public const string Terminated = "Terminated";

    /// <summary>It will be started again.</summary>
    public const string Restarting = "Restarting";

    /// <summary>Its restarts are used up.</summary>
    public const string NotRestarting = "Not Restarting";

    /// <summary>It is being stopped.</summary>
    public const string Killing = "Killing";

    /// <summary>It was stopped.</summary>
    public const string Killed = "Killed";

    /// <summary>A signal was sent.</summary>
    public const string Signaling = "Signaling";

    /// <summary>A user asked to restart it.</summary>
    public const string RestartSignaled = "Restart Signaled";

    /// <summary>Another task of the group failed.</summary>
    public const string SiblingFailed = "Sibling Task Failed";

    /// <summary>The group's leader ended.</summary>
    public const string LeaderDead = "Leader Task Dead";

    /// <summary>The configuration is not valid.</summary>
    public const string FailedValidation = "Failed Validation";

    /// <summary>Artifacts are fetched.</summary>
    public const string DownloadingArtifacts = "Downloading Artifacts";

    /// <summary>An artifact could not be fetched.</summary>
    public const string FailedArtifactDownload = "Failed Artifact Download";

    /// <summary>Its services are not offered any more, and it is stopped in a while.</summary>
    public const string WaitingForShutdownDelay = "Waiting for shutdown delay";

    /// <summary>Something beside the running task failed.</summary>
    public const string HookFailed = "Task hook failed";

    /// <summary>A template tells something.</summary>
    public const string Template = "Template";

    /// <summary>The main tasks ended.</summary>
    public const string MainDead = "Main Tasks Dead";

    /// <summary>The allocation used more disk than it asked for.</summary>
    public const string DiskExceeded = "Disk Resources Exceeded";
}
