using System.Globalization;
using Actors.Contracts.Operators;
using Actors.Contracts.Volumes;

namespace Actors.State.Volumes;

/// <summary>What is answered to the commands about host volumes. What a volume says for itself was checked before it came here.</summary>
internal static class HostVolumeDecisions
{
    private static readonly HostVolumeCapability Usual = new(VolumeModes.FileSystem, VolumeModes.Writer);

    /// <summary>Makes or changes a volume: it gets what it left unsaid, and must go with what there is.</summary>
    public static Decision Apply(RegionState region, ApplyHostVolume command, DateTimeOffset now)
    {
        var known = region.Operator.HostVolumes.GetValueOrDefault(command.Volume.Id);
        var volume = Completed(region, command.Volume, known, now);
        return Problem(region, volume, known) is { } refusal
            ? refusal
            : Decision.Of(new HostVolumeApplied(volume, command.Context.RequestId, now), index => new CommandAccepted(index));
    }

    /// <summary>Forgets a volume that nothing uses.</summary>
    public static Decision Delete(RegionState region, DeleteHostVolume command, DateTimeOffset now) =>
        region.Operator.HostVolumes.GetValueOrDefault(command.Id) is not { } volume
            ? Decision.Refuse(RefusalKind.NotFound, $"no such volume: {command.Id}")
            : InUse(region, volume, "delete") ?? Decision.Of(new HostVolumeDeleted(command.Id, command.Context.RequestId, now) { IsLeft = command.IsLeft }, index => new CommandAccepted(index));

    private static HostVolume Completed(RegionState region, HostVolume said, HostVolume? known, DateTimeOffset now)
    {
        var at = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        return said with
        {
            PluginId = said.PluginId.Length > 0 ? said.PluginId : known?.PluginId ?? (said.HostPath.Length > 0 ? "" : HostVolume.Mkdir),
            NodePool = said.NodePool.Length > 0 ? said.NodePool : region.NodeOf(said)?.NodePool ?? "",
            Constraints = known?.Constraints ?? said.Constraints,
            RequestedCapabilities = said.RequestedCapabilities.IsEmpty ? known?.RequestedCapabilities ?? [Usual] : said.RequestedCapabilities,
            CreateTime = known?.CreateTime ?? at,
            ModifyTime = at,
            CreateIndex = 0,
            ModifyIndex = 0,
        };
    }

    private static Decision? Problem(RegionState region, HostVolume volume, HostVolume? known)
    {
        var operators = region.Operator;
        if (operators.FindNamespace(volume.Namespace) is null)
            return Invalid($"no such namespace \"{volume.Namespace}\": there is {string.Join(", ", operators.AllNamespaces.Select(n => $"\"{n.Name}\""))}");
        if (known is not null)
        {
            if (InUse(region, known, "update") is { } inUse) return inUse;
            if (volume.NodeId != known.NodeId) return Invalid($"the node of volume {known.Id} can't be changed: it is on {known.NodeId}, found {volume.NodeId}");
            if ((volume.Name, volume.Namespace) != (known.Name, known.Namespace))
                return Invalid($"volume {known.Id} is \"{known.Name}\" of namespace \"{known.Namespace}\" and can't become \"{volume.Name}\" of \"{volume.Namespace}\"");
            if (volume.RequestedCapacityMaxBytes > 0 && volume.RequestedCapacityMaxBytes < known.CapacityBytes)
                return Invalid(string.Create(CultureInfo.InvariantCulture, $"capacity_max ({volume.RequestedCapacityMaxBytes}) is less than what the volume has ({known.CapacityBytes})"));
        }

        if (region.NodeOf(volume) is not { } node) return Invalid($"node \"{volume.NodeId}\" does not exist");
        if (volume.NodePool != node.NodePool && volume.NodePool != NodePool.All) return Invalid($"node {node.Id} ({node.Name}) is not in pool \"{volume.NodePool}\" but in \"{node.NodePool}\"");
        if (operators.HostVolumes.Values.FirstOrDefault(v => v.Id != volume.Id && v.NodeId == volume.NodeId && v.Name == volume.Name) is { } twin)
            return Decision.Refuse(RefusalKind.Conflict, $"node {node.Id} ({node.Name}) has a volume \"{volume.Name}\" already: {twin.Id}");
        return node.HostVolumes.TryGetValue(volume.Name, out var shown) && shown.Id is null
            ? Decision.Refuse(RefusalKind.Conflict, $"node {node.Id} ({node.Name}) has a volume \"{volume.Name}\" by its agent's configuration")
            : null;
    }

    private static Decision? InUse(RegionState region, HostVolume volume, string verb)
    {
        var claims = region.ClaimsOf(volume).Select(a => a.Id.ToString()).Take(4).ToList();
        return claims.Count == 0
            ? null
            : Decision.Refuse(RefusalKind.Conflict, $"can't {verb} volume {volume.Id}: it is claimed by allocation{(claims.Count == 1 ? "" : "s")} {string.Join(", ", claims.Take(3))}{(claims.Count > 3 ? " …" : "")}");
    }

    private static Decision Invalid(string message) => Decision.Refuse(RefusalKind.Invalid, message);
}
