using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>A child of a periodic job was launched.</summary>
internal sealed record PeriodicForceResponse : MetaModel
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required ulong EvalCreateIndex { get; init; }
}

/// <summary>A request to launch a child of a parameterized job.</summary>
internal sealed record JobDispatchRequest
{
    [JsonPropertyName("JobID")]
    public string? JobId { get; init; }

    /// <summary>In base64.</summary>
    public string? Payload { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public string? IdPrefixTemplate { get; init; }

    public int Priority { get; init; }
}

/// <summary>A child of a parameterized job was launched.</summary>
internal sealed record JobDispatchResponse : MetaModel
{
    [JsonPropertyName("DispatchedJobID")]
    public required string DispatchedJobId { get; init; }

    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required ulong EvalCreateIndex { get; init; }

    public required ulong JobCreateIndex { get; init; }
}

/// <summary>A request to name a version.</summary>
internal sealed record JobTagRequest
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Null: the current version.</summary>
    public ulong? Version { get; init; }
}

/// <summary>A version has a name, or lost it.</summary>
internal sealed record JobTagResponse : MetaModel
{
    public required string Name { get; init; }

    public required string Description { get; init; }
}

/// <summary>The text that a job was made from.</summary>
internal sealed record JobSubmissionModel
{
    public string? Source { get; init; }

    public string? Format { get; init; }

    public IReadOnlyDictionary<string, string>? VariableFlags { get; init; }

    public string? Variables { get; init; }

    public string? Namespace { get; init; }

    [JsonPropertyName("JobID")]
    public string? JobId { get; init; }

    public ulong Version { get; init; }

    public ulong JobModifyIndex { get; init; }
}

/// <summary>A group's count was changed, or an autoscaler had something to say about it.</summary>
internal sealed record ScalingEventModel
{
    /// <summary>Unix nanoseconds.</summary>
    public required long Time { get; init; }

    public required int? Count { get; init; }

    public required int PreviousCount { get; init; }

    public required string Message { get; init; }

    public required bool Error { get; init; }

    [JsonPropertyName("EvalID")]
    public required string? EvalId { get; init; }

    public required ulong CreateIndex { get; init; }
}

/// <summary>A scaling policy in a list.</summary>
internal sealed record ScalingPolicyListStub
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required bool Enabled { get; init; }

    public required string Type { get; init; }

    public required IReadOnlyDictionary<string, string> Target { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }
}
