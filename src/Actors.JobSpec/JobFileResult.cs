using Actors.Contracts.Jobs;

namespace Actors.JobSpec;

/// <summary>What a job file says, and what is wrong with it.</summary>
/// <param name="Job">The job as written, not canonicalized; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings: those without a place first, then in the order of the text.</param>
public sealed record JobFileResult(Job? Job, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether there is an error; then there is no job.</summary>
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>
    /// Finds where a part of the job, given by its path in JSON, stands in the text: the place of the nearest enclosing part
    /// that has one. Made for <see cref="JobValidator.Validate"/>.
    /// </summary>
    public Func<string, SourceSpan?> Locate { get; init; } = _ => null;
}
