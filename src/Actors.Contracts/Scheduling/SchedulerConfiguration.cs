using System.Text.Json.Serialization;
using Actors.Contracts.Jobs;

namespace Actors.Contracts.Scheduling;

/// <summary>How nodes are filled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SchedulerAlgorithm>))]
public enum SchedulerAlgorithm
{
    /// <summary>The fullest node that fits is best: few nodes are used.</summary>
    [JsonStringEnumMemberName("binpack")] BinPack,

    /// <summary>The emptiest node is best: the load is spread.</summary>
    [JsonStringEnumMemberName("spread")] Spread,
}

/// <summary>An operator's choices for the whole region; the defaults are Nomad's.</summary>
public sealed record SchedulerConfiguration
{
    /// <summary>How nodes are filled (bin packing).</summary>
    public SchedulerAlgorithm Algorithm { get; init; } = SchedulerAlgorithm.BinPack;

    /// <summary>System jobs may take the place of others (yes).</summary>
    public bool PreemptForSystem { get; init; } = true;

    /// <summary>Service jobs may (no).</summary>
    public bool PreemptForService { get; init; }

    /// <summary>Batch jobs may (no).</summary>
    public bool PreemptForBatch { get; init; }

    /// <summary>Sysbatch jobs may (no).</summary>
    public bool PreemptForSysBatch { get; init; }

    /// <summary>Tasks may grow to their <c>memory_max</c> (no: then it is ignored). What they are placed by is their <c>memory</c> either way.</summary>
    public bool MemoryOversubscription { get; init; }

    /// <summary>New jobs and new versions of jobs are refused (no).</summary>
    public bool RejectJobRegistration { get; init; }

    /// <summary>No evaluation gets a turn until it is off again (no). Those that have one finish.</summary>
    public bool PauseEvaluations { get; init; }

    /// <summary>
    /// How many feasible nodes Nomad looks at for a group with an affinity or a spread (100). Kept for its tools: Actors looks at all nodes
    /// whatever it says.
    /// </summary>
    public int NodeLimitForFeasibilityChecks { get; init; } = 100;

    /// <summary>Whether jobs of a type may take the place of others.</summary>
    /// <param name="jobType">The type.</param>
    public bool Preempts(string jobType) => jobType switch
    {
        JobTypes.System => PreemptForSystem,
        JobTypes.Batch => PreemptForBatch,
        JobTypes.SysBatch => PreemptForSysBatch,
        _ => PreemptForService,
    };
}
