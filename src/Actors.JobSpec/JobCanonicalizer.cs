using Actors.Contracts.Jobs;
using Actors.JobSpec.Canonical;

namespace Actors.JobSpec;

/// <summary>Fills in what a job leaves unset.</summary>
public static class JobCanonicalizer
{
    /// <summary>
    /// The job with every default set and older forms brought to today's: policies of the job merged into its groups and of
    /// groups into their tasks, service names interpolated, <c>$attr.x</c> as <c>${attr.x}</c>, networks and disk of tasks
    /// moved to their group, distinct constraints of tasks likewise. Canonicalizing twice changes nothing. The result may
    /// still be invalid: see <see cref="JobValidator"/>.
    /// </summary>
    public static Job Canonicalize(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var id = job.Id.Length > 0 ? job.Id : job.Name;
        job = job with
        {
            Id = id,
            Name = Or(job.Name, id),
            Region = Or(job.Region, "global"),
            Namespace = Or(job.Namespace, "default"),
            Type = Or(job.Type, JobTypes.Service),
            Priority = job.Priority is null or 0 ? 50 : job.Priority,
            AllAtOnce = job.AllAtOnce ?? false,
            Datacenters = job.Datacenters.IsEmpty ? ["*"] : job.Datacenters,
            NodePool = Or(job.NodePool, "default"),
            Constraints = job.Constraints.Map(Defaults.Of),
            Affinities = job.Affinities.Map(Defaults.Of),
            Spreads = job.Spreads.Map(Defaults.Of),
            Stop = job.Stop ?? false,
            Stable = job.Stable ?? false,
            Periodic = job.Periodic is null ? null : Defaults.Of(job.Periodic),
            ParameterizedJob = job.ParameterizedJob is { } parameterized ? parameterized with { Payload = Or(parameterized.Payload, "optional") } : null,
        };
        var update = job.Update is not null ? Policies.Fill(job.Update) : job.Type == JobTypes.Service ? Policies.Fill(new UpdateStrategy()) : null;
        job = job with { Update = update };
        return job with { TaskGroups = job.TaskGroups.Map(group => GroupDefaults.Canonicalize(group, job)) };
    }

    internal static string Or(string value, string fallback) => value.Length > 0 ? value : fallback;
}
