using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Canonical;

/// <summary>Tasks in canonical form.</summary>
internal static class TaskDefaults
{
    public static JobTask Canonicalize(JobTask task, TaskGroup group, Job job) => task with
    {
        Constraints = task.Constraints.Map(Defaults.Of),
        Affinities = task.Affinities.Map(Defaults.Of),
        Services = task.Services.Map(service => ServiceDefaults.Canonicalize(service, job, group, task)),
        Resources = Resources(task.Resources),
        RestartPolicy = Policies.Merge(group.RestartPolicy!, task.RestartPolicy),
        KillTimeout = task.KillTimeout ?? TimeSpan.FromSeconds(5),
        LogConfig = Defaults.Of(task.LogConfig),
        Artifacts = task.Artifacts.Map(Defaults.Of),
        Vault = task.Vault is { } vault ? Defaults.Of(vault) : null,
        Consul = task.Consul is { } consul ? Defaults.Of(consul) : null,
        Templates = task.Templates.Map(Defaults.Of),
        VolumeMounts = task.VolumeMounts.Map(Defaults.Of),
        CsiPluginConfig = task.CsiPluginConfig is { } plugin ? Defaults.Of(plugin) : null,
        ScalingPolicies = task.ScalingPolicies.Map(policy => policy with
        {
            Enabled = policy.Enabled ?? true,
            Target = EquatableMap.Of(("Namespace", job.Namespace), ("Job", job.Id), ("Group", group.Name), ("Task", task.Name)),
        }),
        Identity = (task.Identity ?? new WorkloadIdentity()) with
        {
            Name = "default",
            Audience = ["nomadproject.io"],
        },
    };

    private static Resources Resources(Resources? resources)
    {
        resources ??= new Resources();
        var cores = resources.Cores ?? 0;
        return resources with
        {
            Cores = cores,
            CpuMhz = resources.CpuMhz ?? (cores > 0 ? 0 : 100),
            MemoryMb = resources.MemoryMb ?? 300,
            MemoryMaxMb = resources.MemoryMaxMb ?? 0,
            SecretsMb = resources.SecretsMb ?? 0,
            Networks = resources.Networks.Map(Defaults.Of),
            Devices = resources.Devices.Map(Defaults.Of),
        };
    }
}
