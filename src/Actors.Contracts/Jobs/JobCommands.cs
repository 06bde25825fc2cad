using Actors.Contracts.Deployments;

namespace Actors.Contracts.Jobs;

/// <summary>Carries the id of the job it is about: routes to its actor.</summary>
public interface IWithJobId
{
    /// <summary>The job.</summary>
    JobId JobId { get; }
}

/// <summary>A command to one job's actor.</summary>
public interface IJobCommand : IRegionCommand, IWithJobId;

/// <summary>Make the job be as it says. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Job">The job, canonical and valid; the servers' own fields are ignored.</param>
/// <param name="EnforceIndex">Only if the job's JobModifyIndex is this (0: only if there is no such job); null: in any case.</param>
/// <param name="PreserveCounts">Keep the running counts of groups that exist already.</param>
/// <param name="EvaluationPriority">The evaluation's priority, if not the job's.</param>
/// <param name="Submission">The text that it was made from, or null.</param>
public sealed record RegisterJob(
    CommandContext Context,
    JobId JobId,
    Job Job,
    ulong? EnforceIndex = null,
    bool PreserveCounts = false,
    int? EvaluationPriority = null,
    JobSubmission? Submission = null) : IJobCommand;

/// <summary>Stop the job. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Purge">Forget it too.</param>
/// <param name="EvaluationPriority">The evaluation's priority, if not the job's.</param>
public sealed record DeregisterJob(CommandContext Context, JobId JobId, bool Purge, int? EvaluationPriority = null) : IJobCommand;

/// <summary>Forget a job that ended, if it still is as it was seen. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="ModifyIndex">The job's ModifyIndex when it was found to be of no more use.</param>
public sealed record CollectJob(CommandContext Context, JobId JobId, ulong ModifyIndex) : IJobCommand;

/// <summary>Look at the job again. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="ForceReschedule">Place failed allocations again at once, whatever their policy says.</param>
public sealed record EvaluateJob(CommandContext Context, JobId JobId, bool ForceReschedule) : IJobCommand;

/// <summary>Run the job as an earlier version was. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version to go back to.</param>
/// <param name="EnforcePriorVersion">Only if the current version is this.</param>
public sealed record RevertJob(CommandContext Context, JobId JobId, ulong Version, ulong? EnforcePriorVersion = null) : IJobCommand;

/// <summary>Say whether a version is known to be good. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version.</param>
/// <param name="Stable">Known to be good?</param>
public sealed record SetJobStability(CommandContext Context, JobId JobId, ulong Version, bool Stable) : IJobCommand;

/// <summary>Change one group's count. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Group">The group.</param>
/// <param name="Count">The new count, 0 or more; null: it stays, and only the message is kept.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="Error">The message tells of a failure; then there is no count.</param>
public sealed record ScaleJob(CommandContext Context, JobId JobId, string Group, int? Count, string Message, bool? Error = null) : IJobCommand;

/// <summary>Launch a child of a periodic job. Answered with <see cref="ChildLaunched"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The periodic job.</param>
/// <param name="Due">The time of its schedule that has come; null: a user wants a launch now.</param>
public sealed record LaunchJob(CommandContext Context, JobId JobId, DateTimeOffset? Due) : IJobCommand;

/// <summary>Launch a child of a parameterized job. Answered with <see cref="ChildLaunched"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The parameterized job.</param>
/// <param name="Payload">In base64; "" when none.</param>
/// <param name="Meta">Metadata, added to the job's.</param>
/// <param name="IdPrefix">What the child's id has after "dispatch-", or "".</param>
/// <param name="IdempotencyToken">Makes a repeated dispatch the same dispatch; "" when none.</param>
/// <param name="Priority">The child's priority, if not the job's.</param>
public sealed record DispatchJob(
    CommandContext Context,
    JobId JobId,
    string Payload,
    IReadOnlyDictionary<string, string> Meta,
    string IdPrefix = "",
    string IdempotencyToken = "",
    int? Priority = null) : IJobCommand
{
    /// <summary>The most bytes that a payload has: 16 KiB, as Nomad.</summary>
    public const int MaxPayload = 16 * 1024;
}

/// <summary>Give a version of the job a name. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version; null: the current one.</param>
/// <param name="Name">The name.</param>
/// <param name="Description">What for.</param>
public sealed record TagJobVersion(CommandContext Context, JobId JobId, ulong? Version, string Name, string Description) : IJobCommand;

/// <summary>Take a name from the version that has it. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Name">The name.</param>
public sealed record UntagJobVersion(CommandContext Context, JobId JobId, string Name) : IJobCommand;

/// <summary>What a deployment's watcher (or a user) decided. Answered with <see cref="JobChanged"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="JobId">The job.</param>
/// <param name="Change">What changes.</param>
public sealed record ChangeDeployment(CommandContext Context, JobId JobId, DeploymentChange Change) : IJobCommand;

/// <summary>A change of a deployment.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Status">Its status from now on, or null: as it is.</param>
/// <param name="Description">Why, for people.</param>
/// <param name="Promote">The groups whose canaries are promoted; null: none.</param>
/// <param name="Health">Allocations whose health a user set, and to what.</param>
/// <param name="RequireProgressBy">New deadlines, by group.</param>
/// <param name="MarkStable">The version has proved good.</param>
/// <param name="RevertTo">The version the job goes back to, or null.</param>
/// <param name="Evaluate">An evaluation must follow.</param>
public sealed record DeploymentChange(
    DeploymentId Id,
    DeploymentStatus? Status,
    string Description,
    IReadOnlyList<string>? Promote = null,
    IReadOnlyDictionary<AllocationId, bool>? Health = null,
    IReadOnlyDictionary<string, DateTimeOffset>? RequireProgressBy = null,
    bool MarkStable = false,
    ulong? RevertTo = null,
    bool Evaluate = true);

/// <summary>A job's command is carried out.</summary>
/// <param name="Index">The index of its event.</param>
/// <param name="JobModifyIndex">The job's JobModifyIndex from now on.</param>
/// <param name="EvaluationId">The evaluation that came of it, or null (periodic, parameterized, or nothing to do).</param>
/// <param name="Warnings">What the caller should know.</param>
public sealed record JobChanged(ulong Index, ulong JobModifyIndex, EvaluationId? EvaluationId, IReadOnlyList<string> Warnings) : ICommandReply;

/// <summary>A child of a periodic or parameterized job is launched.</summary>
/// <param name="Index">The index of its event.</param>
/// <param name="Child">The child; null when its launch is skipped.</param>
/// <param name="EvaluationId">The evaluation that places it, or null.</param>
public sealed record ChildLaunched(ulong Index, JobId? Child, EvaluationId? EvaluationId) : ICommandReply;
