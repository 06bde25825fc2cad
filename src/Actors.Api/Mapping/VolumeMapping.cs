using Actors.Api.Models;
using Actors.Contracts.Volumes;
using Actors.State;
using Actors.State.Volumes;

namespace Actors.Api.Mapping;

/// <summary>Host volumes as the API shows them.</summary>
internal static class VolumeMapping
{
    public static VolumeListStub ToStub(HostVolume volume, RegionState state) => new()
    {
        Namespace = volume.Namespace,
        Id = volume.Id,
        Name = volume.Name,
        PluginId = volume.PluginId,
        NodePool = volume.NodePool,
        NodeId = volume.NodeId,
        CapacityBytes = volume.CapacityBytes,
        State = state.StatusOf(volume),
        CreateIndex = volume.CreateIndex,
        CreateTime = volume.CreateTime,
        ModifyIndex = volume.ModifyIndex,
        ModifyTime = volume.ModifyTime,
    };

    /// <summary>A volume with the allocations that use it.</summary>
    public static VolumeModel ToModel(HostVolume volume, RegionState state)
    {
        List<AllocListStub> claims = [.. state.ClaimsOf(volume).Select(a => AllocationMapping.ToStub(a, state.FindJobVersion(a.JobId, a.JobVersion)?.Type ?? ""))];
        return new VolumeModel
        {
            Namespace = volume.Namespace,
            Id = volume.Id,
            Name = volume.Name,
            PluginId = volume.PluginId,
            NodePool = volume.NodePool,
            NodeId = volume.NodeId,
            CapacityBytes = volume.CapacityBytes,
            State = state.StatusOf(volume),
            CreateIndex = volume.CreateIndex,
            CreateTime = volume.CreateTime,
            ModifyIndex = volume.ModifyIndex,
            ModifyTime = volume.ModifyTime,
            Constraints = volume.Constraints.IsEmpty ? null : [.. volume.Constraints],
            RequestedCapacityMinBytes = volume.RequestedCapacityMinBytes,
            RequestedCapacityMaxBytes = volume.RequestedCapacityMaxBytes,
            RequestedCapabilities = [.. volume.RequestedCapabilities],
            Parameters = volume.Parameters.Count == 0 ? null : volume.Parameters.ToDictionary(p => p.Key, p => p.Value),
            HostPath = volume.HostPath.Length > 0 ? volume.HostPath : PathOf(volume, state),
            Allocations = claims.Count == 0 ? null : claims,
        };
    }

    private static string PathOf(HostVolume volume, RegionState state) =>
        state.NodeOf(volume)?.HostVolumes.GetValueOrDefault(volume.Name) is { } shown && shown.Id == volume.Id ? shown.Path : "";
}
