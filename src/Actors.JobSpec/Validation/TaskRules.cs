using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;
using static Actors.Contracts.Jobs.GoDuration;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of tasks.</summary>
internal static partial class TaskRules
{
    public static void Check(Job job, TaskGroup group, JobTask task, string path, Findings found)
    {
        var who = $"task \"{task.Name}\"";
        if (task.Name.Length == 0) found.Error(DiagnosticCodes.Required, path, "a task needs a name");
        else if (task.Name == "alloc") found.Error(DiagnosticCodes.InvalidName, path, "a task must not have the name \"alloc\": the allocation's shared directory has it");
        else if (task.Name.AsSpan().IndexOfAny("/\\\0") >= 0) found.Error(DiagnosticCodes.InvalidName, path, $"{who}: a task's name must have no slash, backslash or NUL: it names a directory");
        if (task.Driver.Length == 0) found.Error(DiagnosticCodes.Required, $"{path}.Driver", $"{who} needs a driver", "for example driver = \"docker\"");
        found.NotNegative(task.KillTimeout, $"{path}.KillTimeout", $"{who}: kill_timeout");
        found.NotNegative(task.ShutdownDelay, $"{path}.ShutdownDelay", $"{who}: shutdown_delay");
        PlacementRules.Constraints(task.Constraints, path, allowDistinct: false, found);
        PlacementRules.Affinities(task.Affinities, path, found);
        if (!task.Affinities.IsEmpty && job.Type is JobTypes.System or JobTypes.SysBatch)
            found.Error(DiagnosticCodes.NotForThisJob, $"{path}.Affinities", $"{who}: {job.Type} jobs run on every feasible node: affinities have no place in them");
        if (task.RestartPolicy != group.RestartPolicy) PolicyRules.Restart(task.RestartPolicy, $"{path}.RestartPolicy", who, found);
        if (task.Lifecycle is { } lifecycle)
        {
            found.OneOf(lifecycle.Hook, ["prestart", "poststart", "poststop"], $"{path}.Lifecycle.Hook", $"{who}: lifecycle hook");
            if (task.Leader) found.Warning(DiagnosticCodes.Doubtful, path, $"{who} is a {lifecycle.Hook} task and the leader: its end stops the others");
        }

        if (task.LogConfig is { Disabled: not true } logs)
        {
            found.AtLeast(logs.MaxFiles, 1, $"{path}.LogConfig.MaxFiles", $"{who}: logs max_files");
            found.AtLeast(logs.MaxFileSizeMb, 1, $"{path}.LogConfig.MaxFileSizeMB", $"{who}: logs max_file_size (MB)");
        }

        Resources(task, path, who, found);
        TaskFileRules.Check(task, path, who, found);
        Mounts(group, task, path, who, found);
        Identities(task, path, who, found);
        if (task.Consul != group.Consul) found.OneCluster(task.Consul?.Cluster, $"{path}.Consul.Cluster", $"{who}: consul");
        Vault(task, path, who, found);
        Plugin(task, path, who, found);
        if (task.Schedule is not null) found.Error(DiagnosticCodes.NotSupported, $"{path}.Schedule", $"{who}: schedules of tasks are not supported");
        if (!task.ScalingPolicies.IsEmpty) found.Error(DiagnosticCodes.NotSupported, $"{path}.ScalingPolicies", $"{who}: scaling of a task's cpu or memory is not supported; groups scale horizontally");
    }

    private static void Resources(JobTask task, string path, string who, Findings found)
    {
        if (task.Resources is not { } resources) return;
        var at = $"{path}.Resources";
        if (resources is { Cores: > 0, CpuMhz: > 0 }) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{who}: resources have either cpu or cores, not both");
        found.AtLeast(resources.Cores, 0, $"{at}.Cores", $"{who}: cores");
        if (resources.Cores is null or 0) found.AtLeast(resources.CpuMhz, 1, $"{at}.CPU", $"{who}: cpu (MHz)");
        found.AtLeast(resources.MemoryMb, 10, $"{at}.MemoryMB", $"{who}: memory (MB)");
        if (resources.MemoryMaxMb is not (null or 0 or -1) && resources.MemoryMaxMb < resources.MemoryMb)
            found.Error(DiagnosticCodes.InvalidPolicy, $"{at}.MemoryMaxMB", $"{who}: memory_max {resources.MemoryMaxMb} is less than memory {resources.MemoryMb}", "use 0 for the same as memory and -1 for no limit");
        found.AtLeast(resources.SecretsMb, 0, $"{at}.SecretsMB", $"{who}: secrets (MB)");
        if (resources.SecretsMb > resources.MemoryMb) found.Error(DiagnosticCodes.InvalidPolicy, $"{at}.SecretsMB", $"{who}: secrets {resources.SecretsMb} MB are part of the memory of {resources.MemoryMb} MB");
        if (resources.DiskMb > 0) found.Error(DiagnosticCodes.NotForThisJob, $"{at}.DiskMB", $"{who}: disk belongs to the group", "write ephemeral_disk { size = … } in the group");
        if (resources.Numa is { } numa && numa.Affinity is not ("" or "none"))
        {
            found.OneOf(numa.Affinity, ["none", "prefer", "require"], $"{at}.NUMA.Affinity", $"{who}: numa affinity");
            if (resources.Cores is null or 0) found.Error(DiagnosticCodes.InvalidPolicy, $"{at}.NUMA", $"{who}: numa needs cores");
        }

        for (var i = 0; i < resources.Devices.Count; i++)
        {
            var device = resources.Devices[i];
            var where = $"{at}.Devices[{i}]";
            if (device.Name.Length == 0 || device.Name.Split('/').Length > 3 || device.Name.Split('/').Any(part => part.Length == 0))
                found.Error(DiagnosticCodes.InvalidName, where, $"{who}: a device is named type, vendor/type or vendor/type/name; found \"{device.Name}\"");
            if (device.Count == 0) found.Error(DiagnosticCodes.RangeRule, where, $"{who}: device \"{device.Name}\": count must be at least 1");
            PlacementRules.Constraints(device.Constraints, where, allowDistinct: false, found);
            PlacementRules.Affinities(device.Affinities, where, found);
        }
    }

    private static void Mounts(TaskGroup group, JobTask task, string path, string who, Findings found)
    {
        for (var i = 0; i < task.VolumeMounts.Count; i++)
        {
            var mount = task.VolumeMounts[i];
            var at = $"{path}.VolumeMounts[{i}]";
            if (mount.Volume.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: a volume_mount needs a volume");
            else if (!group.Volumes.ContainsKey(mount.Volume))
                found.Error(DiagnosticCodes.DanglingReference, at, $"{who}: the group has no volume \"{mount.Volume}\"", NearestName.Suggest(mount.Volume, group.Volumes.Keys) ?? $"add it: volume \"{mount.Volume}\" {{ … }}");
            if (mount.Destination.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: a volume_mount needs a destination");
            found.OneOf(mount.PropagationMode, ["", "private", "host-to-task", "bidirectional"], at, $"{who}: propagation_mode");
            found.OneOf(mount.SeLinuxLabel, ["", "z", "Z"], at, $"{who}: selinux_label");
        }
    }

    private static void Identities(JobTask task, string path, string who, Findings found)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < task.Identities.Count; i++)
        {
            var identity = task.Identities[i];
            var at = $"{path}.Identities[{i}]";
            if (!IdentityName().IsMatch(identity.Name)) found.Error(DiagnosticCodes.InvalidName, at, $"{who}: an identity's name has 1 to 128 letters, digits, dashes and underscores; found \"{identity.Name}\"");
            if (!names.Add(identity.Name)) found.Error(DiagnosticCodes.DuplicateName, at, $"{who}: two identities have the name \"{identity.Name}\"");
            if (identity.Audience.IsEmpty) found.Warning(DiagnosticCodes.Doubtful, at, $"{who}: identity \"{identity.Name}\" has no audience (aud): no one is told to accept it");
            Identity(identity, at, who, found);
        }

        if (task.Identity is not { } own) return;
        if (own.Ttl != TimeSpan.Zero) found.Error(DiagnosticCodes.NotForThisJob, $"{path}.Identity", $"{who}: the default identity has no ttl");
        Identity(own, $"{path}.Identity", who, found);
    }

    private static void Identity(WorkloadIdentity identity, string at, string who, Findings found)
    {
        found.OneOf(identity.ChangeMode, ["", "noop", "restart", "signal"], at, $"{who}: identity change_mode");
        if (identity.ChangeMode == "signal" && identity.ChangeSignal.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: identity change_mode \"signal\" needs change_signal");
        if (identity.Filepath.Length > 0 && !identity.File) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{who}: identity filepath needs file = true");
        if (Paths.Escape(identity.Filepath)) found.Error(DiagnosticCodes.EscapingPath, at, $"{who}: the identity's file leaves the task's directory: \"{identity.Filepath}\"");
        found.NotNegative(identity.Ttl, at, $"{who}: identity ttl");
    }

    private static void Vault(JobTask task, string path, string who, Findings found)
    {
        if (task.Vault is { } vault)
        {
            found.OneCluster(vault.Cluster, $"{path}.Vault.Cluster", $"{who}: vault");
            found.OneOf(vault.ChangeMode, ["restart", "signal", "noop"], $"{path}.Vault.ChangeMode", $"{who}: vault change_mode");
            if (vault.ChangeMode == "signal" && vault.ChangeSignal.Length == 0) found.Error(DiagnosticCodes.Required, $"{path}.Vault", $"{who}: vault change_mode \"signal\" needs change_signal");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < task.Secrets.Count; i++)
        {
            var secret = task.Secrets[i];
            var at = $"{path}.Secrets[{i}]";
            if (!SecretName().IsMatch(secret.Name)) found.Error(DiagnosticCodes.InvalidName, at, $"{who}: a secret's name has 1 to 128 letters, digits and underscores; found \"{secret.Name}\"");
            if (!names.Add(secret.Name)) found.Error(DiagnosticCodes.DuplicateName, at, $"{who}: two secrets have the name \"{secret.Name}\"");
            if (secret.Provider.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: secret \"{secret.Name}\" needs a provider");
            if (secret.Path.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: secret \"{secret.Name}\" needs a path");
            if (secret.Provider == "vault" && task.Vault is null) found.Error(DiagnosticCodes.DanglingReference, at, $"{who}: secret \"{secret.Name}\" is of provider vault, and the task has no vault block");
        }

        names.Clear();
        for (var i = 0; i < task.Actions.Count; i++)
        {
            var action = task.Actions[i];
            var at = $"{path}.Actions[{i}]";
            if (!ActionName().IsMatch(action.Name)) found.Error(DiagnosticCodes.InvalidName, at, $"{who}: an action's name has 1 to 128 characters without blanks; found \"{action.Name}\"");
            if (!names.Add(action.Name)) found.Error(DiagnosticCodes.DuplicateName, at, $"{who}: two actions have the name \"{action.Name}\"");
            if (action.Command.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: action \"{action.Name}\" needs a command");
        }
    }

    private static void Plugin(JobTask task, string path, string who, Findings found)
    {
        if (task.CsiPluginConfig is not { } plugin) return;
        if (plugin.Id.Length == 0) found.Error(DiagnosticCodes.Required, $"{path}.CSIPluginConfig", $"{who}: csi_plugin needs an id");
        found.OneOf(plugin.Type, ["node", "controller", "monolith"], $"{path}.CSIPluginConfig.Type", $"{who}: csi_plugin type");
        if (plugin.HealthTimeout < TimeSpan.Zero) found.Error(DiagnosticCodes.RangeRule, $"{path}.CSIPluginConfig", string.Create(CultureInfo.InvariantCulture, $"{who}: csi_plugin health_timeout must not be negative; found {Format(plugin.HealthTimeout)}"));
    }

    [GeneratedRegex("^[a-zA-Z0-9-_]{1,128}$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex IdentityName();

    [GeneratedRegex("^[a-zA-Z0-9_]{1,128}$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^[^\x00\s]{1,128}$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex ActionName();
}
