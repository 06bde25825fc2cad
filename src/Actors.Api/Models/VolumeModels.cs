using System.Text.Json.Serialization;
using Actors.Contracts.Jobs;
using Actors.Contracts.Volumes;

namespace Actors.Api.Models;

/// <summary>A host volume to make or to register.</summary>
internal sealed record HostVolumeRequest
{
    public HostVolume? Volume { get; init; }
}

/// <summary>A host volume was made or registered.</summary>
internal sealed record HostVolumeResponse
{
    public required VolumeModel Volume { get; init; }

    public string Warnings { get; init; } = "";
}

/// <summary>A host volume in a list.</summary>
internal record VolumeListStub
{
    public required string Namespace { get; init; }

    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    [JsonPropertyName("PluginID")]
    public required string PluginId { get; init; }

    public required string NodePool { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required long CapacityBytes { get; init; }

    public required string State { get; init; }

    public required ulong CreateIndex { get; init; }

    public required long CreateTime { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>A host volume.</summary>
internal sealed record VolumeModel : VolumeListStub
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<Constraint>? Constraints { get; init; }

    public required long RequestedCapacityMinBytes { get; init; }

    public required long RequestedCapacityMaxBytes { get; init; }

    public required IReadOnlyList<HostVolumeCapability> RequestedCapabilities { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyDictionary<string, string>? Parameters { get; init; }

    public required string HostPath { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<AllocListStub>? Allocations { get; init; }
}
