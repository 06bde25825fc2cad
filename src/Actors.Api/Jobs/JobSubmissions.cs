using Actors.Api.Models;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.Api.Jobs;

/// <summary>The texts that jobs are made from.</summary>
internal static class JobSubmissions
{
    /// <summary>What is kept of a text that came with a job: nothing when there is none, or it is too long.</summary>
    public static JobSubmission? Kept(JobSubmissionModel? model, out string? warning)
    {
        warning = null;
        if (model?.Source is not { Length: > 0 } source) return null;

        var size = source.Length + (model.Variables?.Length ?? 0);
        if (size <= JobSubmission.MaxSource)
        {
            return new JobSubmission
            {
                Source = source,
                Format = model.Format is { Length: > 0 } format ? format : "hcl2",
                VariableFlags = (model.VariableFlags ?? new Dictionary<string, string>()).ToEquatableMap(),
                Variables = model.Variables ?? "",
            };
        }

        warning = $"job source size of {size} exceeds maximum of {JobSubmission.MaxSource} and will be discarded";
        return null;
    }

    /// <summary>A text with the version that was made from it.</summary>
    public static JobSubmissionModel ToModel(Job version, JobSubmission submission) => new()
    {
        Source = submission.Source,
        Format = submission.Format,
        VariableFlags = submission.VariableFlags.Count == 0 ? null : submission.VariableFlags.ToDictionary(v => v.Key, v => v.Value),
        Variables = submission.Variables,
        Namespace = version.Namespace,
        JobId = version.Id,
        Version = version.Version,
        JobModifyIndex = version.JobModifyIndex,
    };
}
