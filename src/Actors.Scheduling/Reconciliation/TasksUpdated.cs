using Actors.Contracts.Jobs;

namespace Actors.Scheduling.Reconciliation;

/// <summary>Whether a running allocation can take a new version of its job as it runs, or must be replaced: Nomad's rules.</summary>
public static class TasksUpdated
{
    /// <summary>The first difference that forces a replacement, for people; null: the new version can be taken in place.</summary>
    /// <param name="before">The version that runs.</param>
    /// <param name="after">The version wanted.</param>
    /// <param name="groupName">The group; it is in <paramref name="after"/>.</param>
    public static string? Reason(Job before, Job after, string groupName)
    {
        if (before.TaskGroups.FirstOrDefault(g => g.Name == groupName) is not { } old) return "the group is new in this version";
        var @new = after.TaskGroups.First(g => g.Name == groupName);
        if (ReferenceEquals(old, @new)) return MetaChanged(before, after);

        if (old.Tasks.Count != @new.Tasks.Count) return $"the number of tasks changed from {old.Tasks.Count} to {@new.Tasks.Count}";
        if (old.EphemeralDisk != @new.EphemeralDisk) return "ephemeral_disk changed";
        if (old.Networks != @new.Networks) return "the group's network changed";
        if (old.Volumes != @new.Volumes) return "the group's volumes changed";
        if (old.Consul != @new.Consul) return "the group's consul block changed";
        if (!Same(before.Affinities.Concat(old.Affinities), after.Affinities.Concat(@new.Affinities))) return "affinities changed";
        if (!Same(before.Spreads.Concat(old.Spreads), after.Spreads.Concat(@new.Spreads))) return "spreads changed";
        if (!Same(Connected(old.Services), Connected(@new.Services))) return "a connect block changed";
        if ((old.RestartPolicy?.RenderTemplates ?? false) != (@new.RestartPolicy?.RenderTemplates ?? false)) return "restart.render_templates changed";
        if (MetaChanged(before, after) is { } job) return job;
        if (old.Meta != @new.Meta) return "the group's meta changed";

        foreach (var task in @new.Tasks)
        {
            if (old.Tasks.FirstOrDefault(t => t.Name == task.Name) is not { } earlier) return $"task {task.Name} is new";
            if (TaskReason(earlier, task) is { } reason) return $"task {task.Name}: {reason} changed";
        }

        return null;
    }

    private static string? MetaChanged(Job before, Job after) => before.Meta != after.Meta ? "the job's meta changed" : null;

    private static string? TaskReason(JobTask old, JobTask @new)
    {
        if (ReferenceEquals(old, @new)) return null;
        if (old.Driver != @new.Driver) return "driver";
        if (old.User != @new.User) return "user";
        if (old.Config != @new.Config) return "config";
        if (old.Env != @new.Env) return "env";
        if (old.Artifacts != @new.Artifacts) return "artifacts";
        if (old.Templates != @new.Templates) return "templates";
        if (old.Vault != @new.Vault) return "vault";
        if (old.Consul != @new.Consul) return "consul";
        if (old.Secrets != @new.Secrets) return "secrets";
        if (old.VolumeMounts != @new.VolumeMounts) return "volume mounts";
        if (old.CsiPluginConfig != @new.CsiPluginConfig) return "csi_plugin";
        if (old.Meta != @new.Meta) return "meta";
        if (old.Identity != @new.Identity || old.Identities != @new.Identities) return "identity";
        if ((old.LogConfig?.Disabled ?? false) != (@new.LogConfig?.Disabled ?? false)) return "logs.disabled";
        if ((old.RestartPolicy?.RenderTemplates ?? false) != (@new.RestartPolicy?.RenderTemplates ?? false)) return "restart.render_templates";
        if (old.DispatchPayload != @new.DispatchPayload) return "dispatch_payload";
        if (!Same(Connected(old.Services), Connected(@new.Services))) return "connect";
        return ResourcesReason(old.Resources ?? new Resources(), @new.Resources ?? new Resources());
    }

    private static string? ResourcesReason(Resources old, Resources @new)
    {
        if (old.CpuMhz != @new.CpuMhz) return "resources.cpu";
        if (old.Cores != @new.Cores) return "resources.cores";
        if (old.MemoryMb != @new.MemoryMb) return "resources.memory";
        if (old.MemoryMaxMb != @new.MemoryMaxMb) return "resources.memory_max";
        if (old.SecretsMb != @new.SecretsMb) return "resources.secrets";
        if (old.Devices != @new.Devices) return "resources.device";
        if (old.Numa != @new.Numa) return "resources.numa";
        return old.Networks != @new.Networks ? "resources.network" : null;
    }

    private static IEnumerable<(string Name, ConsulConnect Connect)> Connected(IEnumerable<Service> services) =>
        services.Where(s => s.Connect is not null).Select(s => (s.Name, s.Connect!));

    private static bool Same<T>(IEnumerable<T> old, IEnumerable<T> @new) => old.SequenceEqual(@new);
}
