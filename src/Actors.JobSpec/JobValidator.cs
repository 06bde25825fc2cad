using Actors.Contracts.Jobs;
using Actors.JobSpec.Validation;

namespace Actors.JobSpec;

/// <summary>Checks a job against all rules that need no knowledge of the cluster.</summary>
public static class JobValidator
{
    /// <summary>
    /// All violations and warnings at once, each with its path in the job's JSON. The job should be canonical: what is unset
    /// is not checked.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="locate">Finds the place of a path in the source: <see cref="JobFileResult.Locate"/>.</param>
    public static IReadOnlyList<Diagnostic> Validate(Job job, Func<string, SourceSpan?>? locate = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        var findings = new Findings(locate);
        JobRules.Check(job, findings);
        return findings.Items;
    }
}
