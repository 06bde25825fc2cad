using System.Text.Json.Serialization;

namespace Actors.Contracts.Jobs;

/// <summary>How a change of the job replaces its allocations.</summary>
public sealed record UpdateStrategy
{
    /// <summary>Pause between steps of a system job's update; default 30 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Stagger { get; init; }

    /// <summary>Allocations replaced at a time; 0 is all at once; default 1.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>"checks", "task_states" or "manual"; default "checks".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string HealthCheck { get; init => field = value ?? ""; } = "";

    /// <summary>How long an allocation must be healthy; default 10 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MinHealthyTime { get; init; }

    /// <summary>Until when an allocation must be healthy; default 5 min.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? HealthyDeadline { get; init; }

    /// <summary>Until when one more allocation must be healthy; 0 is never; default 10 min.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ProgressDeadline { get; init; }

    /// <summary>Canaries before the rest (percent of nodes for a system job); default 0.</summary>
    public int? Canary { get; init; }

    /// <summary>Whether a failed deployment returns to the last stable version; default false.</summary>
    public bool? AutoRevert { get; init; }

    /// <summary>Whether healthy canaries are promoted by themselves; default false.</summary>
    public bool? AutoPromote { get; init; }
}

/// <summary>When a failed task restarts on its node.</summary>
public sealed record RestartPolicy
{
    /// <summary>Span in which attempts are counted; default 30 min (batch: 24 h).</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Interval { get; init; }

    /// <summary>Restarts within the interval; default 2 (batch: 3).</summary>
    public int? Attempts { get; init; }

    /// <summary>Wait before a restart; default 15 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>After the last attempt: "fail" or "delay" until the interval is over; default "fail".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Mode { get; init => field = value ?? ""; } = "";

    /// <summary>Whether a restart renders the templates again; default false.</summary>
    public bool? RenderTemplates { get; init; }
}

/// <summary>When a failed allocation is replaced, preferably elsewhere.</summary>
public sealed record ReschedulePolicy
{
    /// <summary>Replacements within the interval, unless unlimited.</summary>
    public int? Attempts { get; init; }

    /// <summary>Span in which attempts are counted.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Interval { get; init; }

    /// <summary>Wait before the first replacement; default 30 s (batch: 5 s).</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>How the wait grows: "constant", "exponential" or "fibonacci"; default "exponential" (batch: "constant").</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string DelayFunction { get; init => field = value ?? ""; } = "";

    /// <summary>Longest wait; default 1 h (batch: none).</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>Whether attempts are not counted; default true (batch: false).</summary>
    public bool? Unlimited { get; init; }
}

/// <summary>How allocations leave a node that is drained.</summary>
public sealed record MigrateStrategy
{
    /// <summary>Allocations moved at a time; default 1.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>"checks" or "task_states"; default "checks".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string HealthCheck { get; init => field = value ?? ""; } = "";

    /// <summary>How long a replacement must be healthy; default 10 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MinHealthyTime { get; init; }

    /// <summary>Until when a replacement must be healthy; default 5 min.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? HealthyDeadline { get; init; }
}

/// <summary>What happens to allocations whose node is disconnected.</summary>
public sealed record DisconnectStrategy
{
    /// <summary>How long they count as unknown before they are lost; null is at once.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? LostAfter { get; init; }

    /// <summary>After how long the cut-off client stops them itself; null is never.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? StopOnClientAfter { get; init; }

    /// <summary>Whether they are replaced meanwhile; default true.</summary>
    public bool? Replace { get; init; }

    /// <summary>Which of the two stays when the node is back: "best_score", "longest_running", "keep_original" or "keep_replacement"; default "best_score".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Reconcile { get; init => field = value ?? ""; } = "";
}
