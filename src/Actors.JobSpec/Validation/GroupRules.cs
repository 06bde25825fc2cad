using Actors.Contracts.Jobs;
using static Actors.Contracts.Jobs.GoDuration;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of groups.</summary>
internal static class GroupRules
{
    public static void Check(Job job, TaskGroup group, string path, Findings found)
    {
        var who = $"group \"{group.Name}\"";
        if (group.Name.Length == 0) found.Error(DiagnosticCodes.Required, path, "a group needs a name");
        else if (group.Name.Contains('\0', StringComparison.Ordinal)) found.Error(DiagnosticCodes.InvalidName, path, "a group's name must have no NUL");
        found.AtLeast(group.Count, 0, $"{path}.Count", $"{who}: count");
        if (job.Type == JobTypes.System && group.Count > 1)
            found.Error(DiagnosticCodes.NotForThisJob, $"{path}.Count", $"{who}: a system job runs once on each node; count must be 1, found {group.Count}");
        if (group.Tasks.IsEmpty) found.Error(DiagnosticCodes.Required, $"{path}.Tasks", $"{who} needs at least one task");
        PlacementRules.Constraints(group.Constraints, path, allowDistinct: true, found);
        PlacementRules.Affinities(group.Affinities, path, found);
        PlacementRules.Spreads(group.Spreads, path, found);
        if (job.Type is JobTypes.System or JobTypes.SysBatch)
        {
            if (!group.Affinities.IsEmpty) found.Error(DiagnosticCodes.NotForThisJob, $"{path}.Affinities[0]", $"{who}: {job.Type} jobs run on every feasible node: affinities have no place in them");
            if (!group.Spreads.IsEmpty) found.Error(DiagnosticCodes.NotForThisJob, $"{path}.Spreads[0]", $"{who}: {job.Type} jobs run on every feasible node: spreads have no place in them");
        }

        found.NotNegative(group.ShutdownDelay, $"{path}.ShutdownDelay", $"{who}: shutdown_delay");
        if (group.MaxRunDuration is { } longest)
        {
            if (longest <= TimeSpan.Zero) found.Error(DiagnosticCodes.RangeRule, $"{path}.MaxRunDuration", $"{who}: max_run_duration must be more than 0; found {Format(longest)}");
            if (job.Type is not (JobTypes.Batch or JobTypes.SysBatch)) found.Error(DiagnosticCodes.NotForThisJob, $"{path}.MaxRunDuration", $"{who}: max_run_duration is only for batch and sysbatch jobs");
        }

        PolicyRules.Restart(group.RestartPolicy, $"{path}.RestartPolicy", who, found);
        PolicyRules.Reschedule(job, group.ReschedulePolicy, $"{path}.ReschedulePolicy", who, found);
        PolicyRules.Update(job, group, $"{path}.Update", who, found);
        PolicyRules.Migrate(job, group.Migrate, $"{path}.Migrate", who, found);
        PolicyRules.Disconnect(job, group.Disconnect, $"{path}.Disconnect", who, found);
        PolicyRules.Scaling(group, $"{path}.Scaling", who, found);
        found.OneCluster(group.Consul?.Cluster, $"{path}.Consul.Cluster", $"{who}: consul");
        Disk(group, path, who, found);
        Volumes(job, group, path, who, found);
        NetworkRules.Check(group, path, who, found);
        Tasks(job, group, path, who, found);
        ServiceRules.Check(group, path, who, found);
    }

    private static void Disk(TaskGroup group, string path, string who, Findings found)
    {
        if (group.EphemeralDisk is not { } disk) return;
        found.AtLeast(disk.SizeMb, 10, $"{path}.EphemeralDisk.SizeMB", $"{who}: ephemeral_disk.size (MB)");
        for (var i = 0; i < group.Tasks.Count; i++)
        {
            var task = group.Tasks[i];
            var logs = task.LogConfig is { Disabled: not true } kept ? (decimal)(kept.MaxFiles ?? 0) * (kept.MaxFileSizeMb ?? 0) : 0;
            if (disk.SizeMb > logs) continue;
            found.Error(
                DiagnosticCodes.InvalidPolicy,
                $"{path}.EphemeralDisk",
                $"{who}: the logs of task \"{task.Name}\" may grow to {logs} MB, and the ephemeral disk has {disk.SizeMb} MB",
                $"keep fewer or smaller log files, or give ephemeral_disk {{ size = {logs + 10} }}");
        }

        if (disk is { Migrate: true, Sticky: false })
            found.Warning(DiagnosticCodes.Doubtful, $"{path}.EphemeralDisk", $"{who}: migrate without sticky: replacements are placed anywhere and always copy the data");
    }

    private static void Volumes(Job job, TaskGroup group, string path, string who, Findings found)
    {
        foreach (var (name, volume) in group.Volumes)
        {
            var at = $"{path}.Volumes[{name}]";
            var what = $"{who}: volume \"{name}\"";
            found.OneOf(volume.Type, ["host", "csi"], at, $"{what}: type");
            if (volume.Source.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{what} needs a source");
            if (volume.PerAlloc && job.Type is JobTypes.System or JobTypes.SysBatch) found.Error(DiagnosticCodes.NotForThisJob, at, $"{what}: per_alloc is not for {job.Type} jobs");
            if (volume.PerAlloc && group.Update?.Canary > 0) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: per_alloc can't be combined with canaries");
            if (volume.PerAlloc && volume.Sticky) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: per_alloc can't be combined with sticky");
            if (volume.Type == "host") HostVolume(volume, at, what, found);
            else if (volume.Type == "csi") CsiVolume(group, volume, at, what, found);
        }
    }

    private static void HostVolume(VolumeRequest volume, string at, string what, Findings found)
    {
        found.OneOf(volume.AccessMode, ["", "single-node-reader-only", "single-node-writer", "single-node-single-writer", "single-node-multi-writer"], at, $"{what}: access_mode");
        found.OneOf(volume.AttachmentMode, ["", "file-system", "block-device"], at, $"{what}: attachment_mode");
        if (volume.AccessMode == "single-node-reader-only" && !volume.ReadOnly) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: access_mode {volume.AccessMode} needs read_only = true");
        if (volume.MountOptions is not null) found.Error(DiagnosticCodes.NotForThisJob, at, $"{what}: mount_options are only for csi volumes");
    }

    private static void CsiVolume(TaskGroup group, VolumeRequest volume, string at, string what, Findings found)
    {
        found.OneOf(volume.AttachmentMode, ["file-system", "block-device"], at, $"{what}: attachment_mode");
        found.OneOf(volume.AccessMode, ["single-node-reader-only", "single-node-writer", "multi-node-reader-only", "multi-node-single-writer", "multi-node-multi-writer"], at, $"{what}: access_mode");
        if (volume.AccessMode is "single-node-reader-only" or "multi-node-reader-only" && !volume.ReadOnly) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: access_mode {volume.AccessMode} needs read_only = true");
        if (volume.AccessMode is "single-node-reader-only" or "single-node-writer" && group.Count > 1 && !volume.PerAlloc)
            found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: one node at a time uses it, and the group has {group.Count} instances", "set per_alloc = true");
        if (volume.AttachmentMode == "block-device" && volume.MountOptions is not null) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{what}: a block device is not mounted: mount_options have no place");
        if (volume.Sticky) found.Error(DiagnosticCodes.NotForThisJob, at, $"{what}: sticky is only for host volumes");
    }

    private static void Tasks(Job job, TaskGroup group, string path, string who, Findings found)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var leaders = 0;
        var main = false;
        for (var i = 0; i < group.Tasks.Count; i++)
        {
            var task = group.Tasks[i];
            var at = $"{path}.Tasks[{i}]";
            if (task.Name.Length > 0 && !names.Add(task.Name)) found.Error(DiagnosticCodes.DuplicateName, at, $"{who}: two tasks have the name \"{task.Name}\"", "give each task of a group its own name");
            if (task.Leader) leaders++;
            main |= task.Lifecycle is null;
            TaskRules.Check(job, group, task, at, found);
        }

        if (leaders > 1) found.Error(DiagnosticCodes.DuplicateName, $"{path}.Tasks", $"{who}: one task may be the leader; found {leaders}");
        if (!group.Tasks.IsEmpty && !main) found.Error(DiagnosticCodes.Required, $"{path}.Tasks", $"{who} needs a task without lifecycle");
    }
}
