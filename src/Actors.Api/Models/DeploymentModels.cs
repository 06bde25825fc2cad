using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>A deployment.</summary>
internal sealed record DeploymentModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required ulong JobVersion { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public required ulong JobSpecModifyIndex { get; init; }

    public required ulong JobCreateIndex { get; init; }

    public bool IsMultiregion { get; init; }

    public required IReadOnlyDictionary<string, DeploymentGroupModel> TaskGroups { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public int EvalPriority { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required long CreateTime { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>The rollout of one group.</summary>
internal sealed record DeploymentGroupModel
{
    public required bool AutoRevert { get; init; }

    public required bool AutoPromote { get; init; }

    public required long ProgressDeadline { get; init; }

    public required DateTimeOffset? RequireProgressBy { get; init; }

    public required bool Promoted { get; init; }

    public required IReadOnlyList<string>? PlacedCanaries { get; init; }

    public required int DesiredCanaries { get; init; }

    public required int DesiredTotal { get; init; }

    public required int PlacedAllocs { get; init; }

    public required int HealthyAllocs { get; init; }

    public required int UnhealthyAllocs { get; init; }
}

/// <summary>A request to promote canaries.</summary>
internal sealed record DeploymentPromoteRequest
{
    [JsonPropertyName("DeploymentID")]
    public string? DeploymentId { get; init; }

    public bool All { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>A request to pause a deployment, or to let it go on.</summary>
internal sealed record DeploymentPauseRequest
{
    [JsonPropertyName("DeploymentID")]
    public string? DeploymentId { get; init; }

    public bool Pause { get; init; }
}

/// <summary>A request that names a deployment only.</summary>
internal sealed record DeploymentFailRequest
{
    [JsonPropertyName("DeploymentID")]
    public string? DeploymentId { get; init; }
}

/// <summary>A request to set allocations' health by hand.</summary>
internal sealed record DeploymentAllocHealthRequest
{
    [JsonPropertyName("DeploymentID")]
    public string? DeploymentId { get; init; }

    [JsonPropertyName("HealthyAllocationIDs")]
    public IReadOnlyList<string>? HealthyAllocationIds { get; init; }

    [JsonPropertyName("UnhealthyAllocationIDs")]
    public IReadOnlyList<string>? UnhealthyAllocationIds { get; init; }
}

/// <summary>A deployment changed.</summary>
internal sealed record DeploymentUpdateResponse : MetaModel
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required ulong EvalCreateIndex { get; init; }

    public required ulong DeploymentModifyIndex { get; init; }

    public ulong? RevertedJobVersion { get; init; }
}
