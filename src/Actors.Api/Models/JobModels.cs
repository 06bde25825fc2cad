using System.Text.Json.Serialization;
using Actors.Contracts.Jobs;
using Actors.JobSpec;

namespace Actors.Api.Models;

/// <summary>A job in a list.</summary>
internal sealed record JobListStub
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    [JsonPropertyName("ParentID")]
    public required string ParentId { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public required IReadOnlyList<string> Datacenters { get; init; }

    public required string NodePool { get; init; }

    [JsonConverter(typeof(MultiregionConverter))]
    public Multiregion? Multiregion { get; init; }

    public required string Type { get; init; }

    public required int Priority { get; init; }

    public required bool Periodic { get; init; }

    public required bool ParameterizedJob { get; init; }

    public required bool Stop { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required JobSummaryModel? JobSummary { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public required long SubmitTime { get; init; }

    /// <summary>Only when <c>meta</c> is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}

/// <summary>How many allocations of a job are what.</summary>
internal sealed record JobSummaryModel
{
    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required IReadOnlyDictionary<string, TaskGroupSummaryModel> Summary { get; init; }

    public required JobChildrenModel? Children { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }
}

/// <summary>How many allocations of a group are what.</summary>
internal sealed record TaskGroupSummaryModel
{
    public int Queued { get; init; }

    public int Complete { get; init; }

    public int Failed { get; init; }

    public int Running { get; init; }

    public int Starting { get; init; }

    public int Lost { get; init; }

    public int Unknown { get; init; }
}

/// <summary>How many children of a periodic or parameterized job are what.</summary>
internal sealed record JobChildrenModel(int Pending, int Running, int Dead);

/// <summary>What every answer of a write, and some of reads, end with.</summary>
internal abstract record MetaModel
{
    [JsonPropertyOrder(100)]
    public ulong Index { get; init; }

    [JsonPropertyOrder(100)]
    public long LastContact { get; init; }

    [JsonPropertyOrder(100)]
    public bool KnownLeader { get; init; }

    [JsonPropertyOrder(100)]
    public string NextToken { get; init; } = "";
}

/// <summary>A request to register a job.</summary>
internal sealed record JobRegisterRequest
{
    [JsonConverter(typeof(JobConverter))]
    public Job? Job { get; init; }

    public bool EnforceIndex { get; init; }

    public ulong JobModifyIndex { get; init; }

    public bool PreserveCounts { get; init; }

    public int EvalPriority { get; init; }

    public JobSubmissionModel? Submission { get; init; }

    public string? Namespace { get; init; }
}

/// <summary>A job was registered, evaluated, reverted or scaled.</summary>
internal sealed record JobRegisterResponse : MetaModel
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required ulong EvalCreateIndex { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public required string Warnings { get; init; }
}

/// <summary>A job was stopped.</summary>
internal sealed record JobDeregisterResponse : MetaModel
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required ulong EvalCreateIndex { get; init; }

    public required ulong JobModifyIndex { get; init; }

    [JsonPropertyName("VolumeEvalID")]
    public string VolumeEvalId { get; init; } = "";

    public ulong VolumeEvalIndex { get; init; }
}

/// <summary>A request to check a job.</summary>
internal sealed record JobValidateRequest
{
    [JsonConverter(typeof(JobConverter))]
    public Job? Job { get; init; }

    public string? Namespace { get; init; }
}

/// <summary>Whether a job may be registered.</summary>
internal sealed record JobValidateResponse : MetaModel
{
    public required bool DriverConfigValidated { get; init; }

    public required IReadOnlyList<string>? ValidationErrors { get; init; }

    public required string Error { get; init; }

    public required string Warnings { get; init; }

    /// <summary>Errors and warnings as data; Nomad's answer has no such thing.</summary>
    public required IReadOnlyList<DiagnosticModel> Diagnostics { get; init; }
}

/// <summary>A request to tell what registering a job would do.</summary>
internal sealed record JobPlanRequest
{
    [JsonConverter(typeof(JobConverter))]
    public Job? Job { get; init; }

    public bool Diff { get; init; }

    public bool PolicyOverride { get; init; }

    public string? Namespace { get; init; }
}

/// <summary>What registering a job would do.</summary>
internal sealed record JobPlanResponse : MetaModel
{
    public required PlanAnnotationsModel Annotations { get; init; }

    [JsonPropertyName("FailedTGAllocs")]
    public required IReadOnlyDictionary<string, AllocMetricModel>? FailedTgAllocs { get; init; }

    /// <summary>Why groups would find no node, with nodes by name; null when all would. (Nomad does not say.)</summary>
    public required IReadOnlyDictionary<string, FailedExplanation>? Failed { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public required IReadOnlyList<EvaluationModel>? CreatedEvals { get; init; }

    public required JobDiff? Diff { get; init; }

    /// <summary>Go's zero time without a periodic launch.</summary>
    public required DateTimeOffset? NextPeriodicLaunch { get; init; }

    public required string Warnings { get; init; }
}

/// <summary>What a plan changes, by group.</summary>
internal sealed record PlanAnnotationsModel
{
    [JsonPropertyName("DesiredTGUpdates")]
    public required IReadOnlyDictionary<string, DesiredUpdatesModel> DesiredTgUpdates { get; init; }

    public required IReadOnlyList<AllocListStub>? PreemptedAllocs { get; init; }
}

/// <summary>How many allocations of a group a plan changes, by kind.</summary>
internal sealed record DesiredUpdatesModel
{
    public ulong Ignore { get; init; }

    public ulong Place { get; init; }

    public ulong Migrate { get; init; }

    public ulong Stop { get; init; }

    public ulong InPlaceUpdate { get; init; }

    public ulong DestructiveUpdate { get; init; }

    public ulong Canary { get; init; }

    public ulong Preemptions { get; init; }

    public ulong Disconnect { get; init; }

    public ulong Reconnect { get; init; }

    public ulong RescheduleNow { get; init; }

    public ulong RescheduleLater { get; init; }
}

/// <summary>A job's versions, the latest first.</summary>
internal sealed record JobVersionsResponse : MetaModel
{
    public required IReadOnlyList<JobModel> Versions { get; init; }

    public required IReadOnlyList<JobDiff>? Diffs { get; init; }
}

/// <summary>A request to turn a job's text into JSON.</summary>
internal sealed record JobsParseRequest
{
    [JsonPropertyName("JobHCL")]
    public string? JobHcl { get; init; }

    public string? Variables { get; init; }

    public bool Canonicalize { get; init; }
}

/// <summary>What a job's text says and what is wrong with it: the answer to <c>/v1/jobs/parse?diagnostics=true</c>, whatever the text is.</summary>
internal sealed record JobsParseReport
{
    /// <summary>The job; null when the text is none.</summary>
    public required ParsedJobModel? Job { get; init; }

    /// <summary>All errors as one text, each with its line; "" for none.</summary>
    public required string Error { get; init; }

    /// <summary>Errors and warnings as data: of the text, and of the rules that the job breaks.</summary>
    public required IReadOnlyList<DiagnosticModel> Diagnostics { get; init; }
}

/// <summary>A request to look at a job again.</summary>
internal sealed record JobEvaluateRequest
{
    [JsonPropertyName("JobID")]
    public string? JobId { get; init; }

    public EvalOptionsModel? EvalOptions { get; init; }
}

/// <summary>How to look at a job again.</summary>
internal sealed record EvalOptionsModel
{
    public bool ForceReschedule { get; init; }
}

/// <summary>A request to go back to an earlier version.</summary>
internal sealed record JobRevertRequest
{
    [JsonPropertyName("JobID")]
    public string? JobId { get; init; }

    public ulong JobVersion { get; init; }

    public ulong? EnforcePriorVersion { get; init; }
}

/// <summary>A request to say whether a version is good.</summary>
internal sealed record JobStabilityRequest
{
    [JsonPropertyName("JobID")]
    public string? JobId { get; init; }

    public ulong JobVersion { get; init; }

    public bool Stable { get; init; }
}

/// <summary>A version is marked.</summary>
internal sealed record JobStabilityResponse : MetaModel;

/// <summary>A request to change a group's count.</summary>
internal sealed record ScalingRequest
{
    public long? Count { get; init; }

    public IReadOnlyDictionary<string, string>? Target { get; init; }

    public string? Message { get; init; }

    public bool Error { get; init; }
}

/// <summary>A job's counts, wanted and real.</summary>
internal sealed record JobScaleStatusModel
{
    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required ulong JobCreateIndex { get; init; }

    public required ulong JobModifyIndex { get; init; }

    public required bool JobStopped { get; init; }

    public required IReadOnlyDictionary<string, TaskGroupScaleStatusModel> TaskGroups { get; init; }
}

/// <summary>A group's counts, wanted and real.</summary>
internal sealed record TaskGroupScaleStatusModel
{
    public required int Desired { get; init; }

    public required int Placed { get; init; }

    public required int Running { get; init; }

    public required int Healthy { get; init; }

    public required int Unhealthy { get; init; }

    public required IReadOnlyList<ScalingEventModel>? Events { get; init; }
}
