using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>Why an evaluation placed what where, and what nowhere: with nodes by name. (Nomad has no such answer.)</summary>
internal sealed record EvaluationExplanation
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required string TriggeredBy { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required ulong SnapshotIndex { get; init; }

    public required IReadOnlyList<PlacedExplanation> Placed { get; init; }

    public required IReadOnlyDictionary<string, FailedExplanation> Failed { get; init; }

    /// <summary>Every node for each group, as things stand now: only with <c>?nodes=true</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NodeExplanation>>? Nodes { get; init; }

    /// <summary>All of it for people, a line each; what belongs to the line before is indented.</summary>
    public required IReadOnlyList<string> Text { get; init; }
}

/// <summary>Why an allocation is where it is.</summary>
internal sealed record PlacedExplanation
{
    [JsonPropertyName("AllocID")]
    public required string AllocId { get; init; }

    public required string Name { get; init; }

    public required string TaskGroup { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required int NodesEvaluated { get; init; }

    public required int NodesFiltered { get; init; }

    public required int NodesExhausted { get; init; }

    /// <summary>Why this node and not the runner-up, for people.</summary>
    public required string Choice { get; init; }

    /// <summary>The best of the other nodes; null when there was none, or it is no longer kept.</summary>
    public required RunnerUpExplanation? RunnerUp { get; init; }

    /// <summary>What it replaces, and why; null when it replaces nothing.</summary>
    public required ReplacedExplanation? Replaces { get; init; }

    /// <summary>The allocations of a lower priority that had to leave the node for it.</summary>
    public required IReadOnlyList<string> PreemptedAllocations { get; init; }

    /// <summary>The best nodes, the best first.</summary>
    public required IReadOnlyList<ScoredNode> Scores { get; init; }

    /// <summary>Why the others were turned down.</summary>
    public required IReadOnlyList<VerdictModel> Verdicts { get; init; }
}

/// <summary>The node that came next.</summary>
internal sealed record RunnerUpExplanation
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required double NormScore { get; init; }

    /// <summary>By component: the chosen node's score less this one's, where they differ.</summary>
    public required IReadOnlyDictionary<string, double> Differences { get; init; }
}

/// <summary>Why one allocation took the place of another.</summary>
internal sealed record ReplacedExplanation
{
    [JsonPropertyName("AllocID")]
    public required string AllocId { get; init; }

    public required ulong JobVersion { get; init; }

    /// <summary>For people: the change that made the update destructive, the failure, the drain …</summary>
    public required string Reason { get; init; }

    /// <summary>What differs in the group between the two versions of the job.</summary>
    public required IReadOnlyList<string> Changes { get; init; }
}

/// <summary>Why a group found no node.</summary>
internal sealed record FailedExplanation
{
    public required int NodesEvaluated { get; init; }

    public required int NodesFiltered { get; init; }

    public required int NodesExhausted { get; init; }

    /// <summary>Allocations of the group that could not be placed.</summary>
    public required int Unplaced { get; init; }

    public required IReadOnlyList<VerdictModel> Verdicts { get; init; }
}

/// <summary>A node with its score, by name.</summary>
internal sealed record ScoredNode
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    public required double NormScore { get; init; }
}

/// <summary>A check that some nodes fail first.</summary>
internal sealed record VerdictModel
{
    public required string Check { get; init; }

    public required string Needed { get; init; }

    public required int Count { get; init; }

    /// <summary>Those that come nearest to passing it.</summary>
    public required IReadOnlyList<ShortfallModel> Nearest { get; init; }

    /// <summary>How many nodes lack what, and how near the nearest comes.</summary>
    public required string Text { get; init; }

    /// <summary>What would make it fit on the nearest; "" where nobody can say.</summary>
    public required string Remedy { get; init; }
}

/// <summary>What a node has where something else was needed.</summary>
internal sealed record ShortfallModel
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required string Had { get; init; }
}

/// <summary>One node: the first check that it fails, or its score.</summary>
internal sealed record NodeExplanation
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    /// <summary>The check that it fails first; "" when it passes all.</summary>
    public string Check { get; init; } = "";

    public string Needed { get; init; } = "";

    public string Had { get; init; } = "";

    /// <summary>By component; null when it fails a check.</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }

    public double? NormScore { get; init; }
}

/// <summary>Why an allocation is where it is, took the place of another, and is as it is.</summary>
internal sealed record AllocationExplanation
{
    [JsonPropertyName("AllocID")]
    public required string AllocId { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required string DesiredStatus { get; init; }

    public required string DesiredDescription { get; init; }

    public required string ClientStatus { get; init; }

    public required PlacedExplanation Placement { get; init; }

    /// <summary>Every node for its group, as things stand now: only with <c>?nodes=true</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NodeExplanation>>? Nodes { get; init; }

    /// <summary>All of it for people.</summary>
    public required IReadOnlyList<string> Text { get; init; }
}

/// <summary>Why a job is as it is: what runs, what finds no room, what its deployment waits for, what its last update forced.</summary>
internal sealed record JobExplanation
{
    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required ulong Version { get; init; }

    public required string Status { get; init; }

    /// <summary>What could not be placed at last, by group; empty when all is.</summary>
    public required IReadOnlyDictionary<string, FailedExplanation> Failed { get; init; }

    /// <summary>What its deployment waits for; empty when it has none under way.</summary>
    public required IReadOnlyList<string> DeploymentWaits { get; init; }

    /// <summary>By group: why the version before it could not be taken in place; groups that could are left out.</summary>
    public required IReadOnlyDictionary<string, string> DestructiveUpdates { get; init; }

    /// <summary>Every node for each group, as things stand now: only with <c>?nodes=true</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NodeExplanation>>? Nodes { get; init; }

    /// <summary>All of it for people.</summary>
    public required IReadOnlyList<string> Text { get; init; }
}

/// <summary>What a deployment waits for.</summary>
internal sealed record DeploymentExplanation
{
    [JsonPropertyName("DeploymentID")]
    public required string DeploymentId { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    /// <summary>For people, a line for each group that is not done; empty when it is over.</summary>
    public required IReadOnlyList<string> Waits { get; init; }

    /// <summary>All of it for people, a line each.</summary>
    public required IReadOnlyList<string> Text { get; init; }
}
