namespace Actors.Contracts.Evaluations;

/// <summary>How a placement went: Nomad's counters, and beside them the nodes by name.</summary>
public sealed record AllocationMetric
{
    /// <summary>Nodes looked at.</summary>
    public int NodesEvaluated { get; init; }

    /// <summary>Nodes that a constraint, a driver or the like ruled out.</summary>
    public int NodesFiltered { get; init; }

    /// <summary>Nodes that were feasible but full.</summary>
    public int NodesExhausted { get; init; }

    /// <summary>Nodes in the job's node pool.</summary>
    public int NodesInPool { get; init; }

    /// <summary>Nodes that accept allocations, by datacenter.</summary>
    public IReadOnlyDictionary<string, int> NodesAvailable { get; init; } = Empty;

    /// <summary>Filtered nodes by node class.</summary>
    public IReadOnlyDictionary<string, int> ClassFiltered { get; init; } = Empty;

    /// <summary>Filtered nodes by the check that ruled them out, such as <c>${attr.kernel.name} = windows</c> or <c>missing drivers</c>.</summary>
    public IReadOnlyDictionary<string, int> ConstraintFiltered { get; init; } = Empty;

    /// <summary>Full nodes by node class.</summary>
    public IReadOnlyDictionary<string, int> ClassExhausted { get; init; } = Empty;

    /// <summary>Full nodes by what they lack, such as <c>memory</c>.</summary>
    public IReadOnlyDictionary<string, int> DimensionExhausted { get; init; } = Empty;

    /// <summary>The best nodes with their scores, best first, five at most.</summary>
    public IReadOnlyList<NodeScore> ScoreMetaData { get; init; } = [];

    /// <summary>How long the placement took.</summary>
    public TimeSpan AllocationTime { get; init; }

    /// <summary>How many more placements of the group failed the same way.</summary>
    public int CoalescedFailures { get; init; }

    /// <summary>Why each kind of node was turned down, with node names: what Nomad doesn't say.</summary>
    public IReadOnlyList<NodeVerdict> Verdicts { get; init; } = [];

    private static readonly IReadOnlyDictionary<string, int> Empty = new Dictionary<string, int>();
}

/// <summary>A node's score, by component.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="NodeName">Its name.</param>
/// <param name="Scores">By Nomad's component name: <c>binpack</c>, <c>job-anti-affinity</c>, <c>node-affinity</c>, <c>allocation-spread</c> …</param>
/// <param name="NormScore">Their arithmetic mean.</param>
public sealed record NodeScore(NodeId NodeId, string NodeName, IReadOnlyDictionary<string, double> Scores, double NormScore);

/// <summary>The first check that some nodes fail, and the nodes that come nearest to passing it.</summary>
/// <param name="Check">The kind of check: <c>constraint</c>, <c>driver</c>, <c>memory</c>, <c>cpu</c>, <c>disk</c>, <c>port</c>, <c>distinct_hosts</c> …</param>
/// <param name="Needed">What was needed, for people: <c>${attr.kernel.name} = windows</c>, <c>memory 2048 MiB</c>.</param>
/// <param name="Count">How many nodes fail here first.</param>
/// <param name="Nearest">Some of them, the nearest first, ten at most.</param>
public sealed record NodeVerdict(string Check, string Needed, int Count, IReadOnlyList<NodeShortfall> Nearest);

/// <summary>What one node has where something else was needed.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="NodeName">Its name.</param>
/// <param name="Had">What it has, for people: <c>linux</c>, <c>212 MiB free</c>, <c>8080 held by 1b4e28ba</c>.</param>
public sealed record NodeShortfall(NodeId NodeId, string NodeName, string Had);
