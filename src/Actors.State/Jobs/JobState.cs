using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <summary>A job with its history: what the region's state holds of it, and what the job's own actor lives from.</summary>
public sealed record JobState
{
    /// <summary>How many versions are kept, the current one included (Nomad's <c>job_tracked_versions</c>); tagged ones come on top.</summary>
    public const int TrackedVersions = 6;

    /// <summary>How many scaling events of a group are kept, as Nomad does.</summary>
    public const int TrackedScalings = 20;

    /// <summary>How many requests are remembered, so that their retries are answered and not carried out again.</summary>
    public const int RememberedRequests = 16;

    /// <summary>The job as it is.</summary>
    public required Job Job { get; init; }

    /// <summary>Earlier versions, the newest first. (Versions that are no longer listed, but run somewhere, are found by <see cref="RegionState.FindJobVersion"/> only.)</summary>
    public EquatableList<Job> Earlier { get; init; } = [];

    /// <summary>It was purged, and only waits for its allocations to end: for users it is gone.</summary>
    public bool Purged { get; init; }

    /// <summary>The latest requests that were carried out, the oldest first.</summary>
    public EquatableList<HandledRequest> RecentRequests { get; init; } = [];

    /// <summary>Of a periodic job: its schedule's times up to here were launched, skipped, or are none of its own.</summary>
    public DateTimeOffset? PeriodicFrom { get; init; }

    /// <summary>The texts that listed versions were made from; null: none is known.</summary>
    public EquatableList<VersionSubmission>? Submissions { get; init; }

    /// <summary>How groups were scaled, the oldest first; null: never.</summary>
    public EquatableList<ScalingEvent>? Scalings { get; init; }

    /// <summary>Of a periodic job: launches after this time are yet to be made.</summary>
    [JsonIgnore]
    public DateTimeOffset LaunchedUntil => PeriodicFrom ?? JobTransitions.SubmittedAt(Job);

    /// <summary>Its identity.</summary>
    public JobId Id => new(Job.Namespace, Job.Id);

    /// <summary>All versions, the newest (the current one) first.</summary>
    public IEnumerable<Job> Versions => Earlier.Prepend(Job);

    /// <summary>A listed version, or null.</summary>
    public Job? FindVersion(ulong version) => Versions.FirstOrDefault(v => v.Version == version);

    /// <summary>The text that a version was made from, or null when it is not known.</summary>
    public JobSubmission? FindSubmission(ulong version) => Submissions?.FirstOrDefault(s => s.Version == version)?.Submission;

    /// <summary>What was answered to a request, or null when it is not (or no longer) known.</summary>
    public HandledRequest? FindRequest(string requestId) => RecentRequests.FirstOrDefault(r => r.RequestId == requestId);
}

/// <summary>A request that was carried out: enough to answer its retries.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Index">The index of its event.</param>
/// <param name="JobModifyIndex">Of the job, when it was answered; 0 for a node's request.</param>
/// <param name="Evaluations">The evaluations that came of it.</param>
/// <param name="Child">The id of the job that it launched, or null.</param>
public sealed record HandledRequest(string RequestId, ulong Index, ulong JobModifyIndex, EquatableList<EvaluationId> Evaluations, string? Child = null);

/// <summary>The text that a version of a job was made from.</summary>
/// <param name="Version">The version.</param>
/// <param name="Submission">The text.</param>
public sealed record VersionSubmission(ulong Version, JobSubmission Submission);
