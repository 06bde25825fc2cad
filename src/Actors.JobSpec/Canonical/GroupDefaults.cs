using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Canonical;

/// <summary>Groups in canonical form.</summary>
internal static class GroupDefaults
{
    public static TaskGroup Canonicalize(TaskGroup group, Job job)
    {
        group = OldTaskForms.Lift(group);
        group = group with
        {
            Count = group.Count ?? (int?)group.Scaling?.Min ?? 1,
            Constraints = group.Constraints.Map(Defaults.Of),
            Affinities = group.Affinities.Map(Defaults.Of),
            Spreads = group.Spreads.Map(Defaults.Of),
            Volumes = group.Volumes.IsEmpty ? group.Volumes : group.Volumes.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Name.Length > 0 ? entry.Value : entry.Value with { Name = entry.Key })).ToEquatableMap(),
            RestartPolicy = Policies.Merge(Policies.DefaultRestart(job.Type), group.RestartPolicy),
            ReschedulePolicy = Policies.Reschedule(job.Type, job.Reschedule, group.ReschedulePolicy),
            Migrate = Policies.Migrate(job.Type, job.Migrate, group.Migrate),
            Update = Update(job.Update, group.Update),
            EphemeralDisk = Defaults.Of(group.EphemeralDisk),
            Networks = group.Networks.Map(Defaults.Of),
            Consul = group.Consul is { } consul ? Defaults.Of(consul) : null,
            Services = group.Services.Map(service => ServiceDefaults.Canonicalize(service, job, group, null)),
        };
        group = Disconnect(group);
        group = group with { Scaling = Scaling(group, job) };
        return group with { Tasks = group.Tasks.Map(task => TaskDefaults.Canonicalize(task, group, job)) };
    }

    private static UpdateStrategy? Update(UpdateStrategy? job, UpdateStrategy? group)
    {
        if (group is null) return job;
        return Policies.Fill(job is null ? group : Policies.Merge(job, group));
    }

    /// <summary>The three deprecated attributes say what the block disconnect says today.</summary>
    private static TaskGroup Disconnect(TaskGroup group)
    {
        var disconnect = group.Disconnect;
        if (disconnect is null && (group.StopAfterClientDisconnect is not null || group.MaxClientDisconnect is not null || group.PreventRescheduleOnLost is not null))
        {
            disconnect = new DisconnectStrategy
            {
                LostAfter = group.MaxClientDisconnect,
                StopOnClientAfter = group.StopAfterClientDisconnect,
                Replace = group.PreventRescheduleOnLost is { } prevented ? !prevented : null,
            };
        }

        if (disconnect is null) return group;
        return group with
        {
            Disconnect = disconnect with { Replace = disconnect.Replace ?? true, Reconcile = JobCanonicalizer.Or(disconnect.Reconcile, "best_score") },
            StopAfterClientDisconnect = null,
            MaxClientDisconnect = null,
            PreventRescheduleOnLost = null,
        };
    }

    private static ScalingPolicy? Scaling(TaskGroup group, Job job)
    {
        if (group.Scaling is not { } scaling) return null;
        return scaling with
        {
            Min = scaling.Min ?? group.Count,
            Enabled = scaling.Enabled ?? true,
            Type = JobCanonicalizer.Or(scaling.Type, "horizontal"),
            Target = EquatableMap.Of(("Namespace", job.Namespace), ("Job", job.Id), ("Group", group.Name)),
        };
    }
}
