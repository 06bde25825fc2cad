using Actors.Contracts.Jobs;

namespace Actors.Scheduling.Nodes;

/// <summary>How nodes are filled.</summary>
public enum SchedulerAlgorithm
{
    /// <summary>The fullest node that fits is best: few nodes are used.</summary>
    BinPack,

    /// <summary>The emptiest node is best: the load is spread.</summary>
    Spread,
}

/// <summary>An operator's choices; the defaults are Nomad's.</summary>
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
