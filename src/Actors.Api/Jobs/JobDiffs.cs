using Actors.Contracts.Jobs;
using Actors.JobSpec;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Reconciliation;

namespace Actors.Api.Jobs;

/// <summary>How jobs differ, as Nomad's tools show it.</summary>
internal static class JobDiffs
{
    /// <summary>How each version differs from the one before it.</summary>
    /// <param name="versions">The newest first.</param>
    public static List<JobDiff> Between(IReadOnlyList<Job> versions) =>
        [.. versions.Zip(versions.Skip(1), (later, earlier) => JobDiffer.Diff(earlier, later, contextual: true))];

    /// <summary>How each version differs from one of them.</summary>
    /// <param name="versions">The newest first.</param>
    /// <param name="reference">The one.</param>
    public static List<JobDiff> Against(IReadOnlyList<Job> versions, Job reference) =>
        [.. versions.Select(version => JobDiffer.Diff(reference, version, contextual: true))];

    /// <summary>How a job that is to be registered differs from what is, and what that does.</summary>
    public static JobDiff Between(Job? registered, Job wanted, PlanAnnotations annotations) => JobDiffer.Annotate(
        JobDiffer.Diff(registered, wanted, contextual: true),
        annotations.DesiredUpdates.ToDictionary(u => u.Key, u => Words(u.Value)));

    // Nomad's words for the kinds of update.
    private static IReadOnlyDictionary<string, ulong> Words(DesiredUpdates updates) => new (string Word, int Count)[]
    {
        ("ignore", updates.Ignore),
        ("create", updates.Place),
        ("migrate", updates.Migrate),
        ("destroy", updates.Stop),
        ("canary", updates.Canary),
        ("in-place update", updates.InPlaceUpdate),
        ("create/destroy update", updates.DestructiveUpdate),
        ("preemptions", updates.Preemptions),
    }.Where(u => u.Count > 0).ToDictionary(u => u.Word, u => (ulong)u.Count);
}
