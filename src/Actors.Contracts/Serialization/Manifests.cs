using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Actors.Contracts.Serialization;

/// <summary>
/// The names, with versions, under which events lie in the log and messages travel between servers.
/// A manifest is never changed or reused: a changed shape gets a new version, and the old one stays readable.
/// </summary>
public static class Manifests
{
    private static readonly (string Manifest, JsonTypeInfo Type)[] Known =
    [
        ("job-registered/1", ContractsJson.Default.JobRegistered),
        ("job-deregistered/1", ContractsJson.Default.JobDeregistered),
        ("job-evaluated/1", ContractsJson.Default.JobEvaluated),
        ("job-stability-changed/1", ContractsJson.Default.JobStabilityChanged),
        ("deployment-changed/1", ContractsJson.Default.DeploymentChanged),
        ("job-launched/1", ContractsJson.Default.JobLaunched),
        ("job-launch-skipped/1", ContractsJson.Default.JobLaunchSkipped),
        ("job-version-tagged/1", ContractsJson.Default.JobVersionTagged),
        ("job-scaled/1", ContractsJson.Default.JobScaled),
        ("launch-job/1", ContractsJson.Default.LaunchJob),
        ("dispatch-job/1", ContractsJson.Default.DispatchJob),
        ("tag-job-version/1", ContractsJson.Default.TagJobVersion),
        ("untag-job-version/1", ContractsJson.Default.UntagJobVersion),
        ("child-launched/1", ContractsJson.Default.ChildLaunched),
        ("scheduler-configured/1", ContractsJson.Default.SchedulerConfigured),
        ("namespace-applied/1", ContractsJson.Default.NamespaceApplied),
        ("namespace-deleted/1", ContractsJson.Default.NamespaceDeleted),
        ("node-pool-applied/1", ContractsJson.Default.NodePoolApplied),
        ("node-pool-deleted/1", ContractsJson.Default.NodePoolDeleted),
        ("host-volume-applied/1", ContractsJson.Default.HostVolumeApplied),
        ("host-volume-deleted/1", ContractsJson.Default.HostVolumeDeleted),
        ("configure-scheduler/1", ContractsJson.Default.ConfigureScheduler),
        ("apply-namespace/1", ContractsJson.Default.ApplyNamespace),
        ("delete-namespace/1", ContractsJson.Default.DeleteNamespace),
        ("apply-node-pool/1", ContractsJson.Default.ApplyNodePool),
        ("delete-node-pool/1", ContractsJson.Default.DeleteNodePool),
        ("apply-host-volume/1", ContractsJson.Default.ApplyHostVolume),
        ("delete-host-volume/1", ContractsJson.Default.DeleteHostVolume),
        ("node-registered/1", ContractsJson.Default.NodeRegistered),
        ("node-status-changed/1", ContractsJson.Default.NodeStatusChanged),
        ("node-eligibility-changed/1", ContractsJson.Default.NodeEligibilityChanged),
        ("node-drain-changed/1", ContractsJson.Default.NodeDrainChanged),
        ("node-evaluated/1", ContractsJson.Default.NodeEvaluated),
        ("node-purged/1", ContractsJson.Default.NodePurged),
        ("allocations-reported/1", ContractsJson.Default.AllocationsReported),
        ("plan-committed/1", ContractsJson.Default.PlanCommitted),
        ("evaluation-status-changed/1", ContractsJson.Default.EvaluationStatusChanged),
        ("term-started/1", ContractsJson.Default.TermStarted),
        ("state-collected/1", ContractsJson.Default.StateCollected),
        ("register-job/1", ContractsJson.Default.RegisterJob),
        ("deregister-job/1", ContractsJson.Default.DeregisterJob),
        ("collect-job/1", ContractsJson.Default.CollectJob),
        ("evaluate-job/1", ContractsJson.Default.EvaluateJob),
        ("revert-job/1", ContractsJson.Default.RevertJob),
        ("set-job-stability/1", ContractsJson.Default.SetJobStability),
        ("scale-job/1", ContractsJson.Default.ScaleJob),
        ("change-deployment/1", ContractsJson.Default.ChangeDeployment),
        ("job-changed/1", ContractsJson.Default.JobChanged),
        ("register-node/1", ContractsJson.Default.RegisterNode),
        ("update-node-status/1", ContractsJson.Default.UpdateNodeStatus),
        ("set-node-eligibility/1", ContractsJson.Default.SetNodeEligibility),
        ("set-node-drain/1", ContractsJson.Default.SetNodeDrain),
        ("evaluate-node/1", ContractsJson.Default.EvaluateNode),
        ("purge-node/1", ContractsJson.Default.PurgeNode),
        ("continue-drain/1", ContractsJson.Default.ContinueDrain),
        ("collect-node/1", ContractsJson.Default.CollectNode),
        ("report-allocations/1", ContractsJson.Default.ReportAllocations),
        ("stop-allocation/1", ContractsJson.Default.StopAllocation),
        ("node-evaluations-created/1", ContractsJson.Default.NodeEvaluationsCreated),
        ("process-evaluation/1", ContractsJson.Default.ProcessEvaluation),
        ("cancel-evaluation/1", ContractsJson.Default.CancelEvaluation),
        ("fail-evaluation/1", ContractsJson.Default.FailEvaluation),
        ("unblock-evaluation/1", ContractsJson.Default.UnblockEvaluation),
        ("evaluation-finished/1", ContractsJson.Default.EvaluationFinished),
        ("command-accepted/1", ContractsJson.Default.CommandAccepted),
        ("command-refused/1", ContractsJson.Default.CommandRefused),
        ("place-request/1", ContractsJson.Default.PlaceRequest),
        ("place-result/1", ContractsJson.Default.PlaceResult),
        ("release-reservation/1", ContractsJson.Default.ReleaseReservation),
    ];

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Type)> ByType = Known.ToFrozenDictionary(k => k.Type.Type);

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = Known.ToFrozenDictionary(k => k.Manifest, k => k.Type);

    /// <summary>Every manifest there is.</summary>
    public static IEnumerable<string> All => Known.Select(k => k.Manifest);

    /// <summary>Every type that has a manifest: what a serializer may be bound to.</summary>
    public static IEnumerable<Type> Types => ByType.Keys;

    /// <summary>The current manifest of a value.</summary>
    /// <exception cref="NotSupportedException">Its type has none: it must not cross a process boundary.</exception>
    public static string Of(object value) => ByType.TryGetValue(value.GetType(), out var known)
        ? known.Manifest
        : throw new NotSupportedException($"{value.GetType()} has no manifest: add it to {nameof(Manifests)} before it is stored or sent");

    /// <summary>The value as bytes.</summary>
    /// <exception cref="NotSupportedException">Its type has no manifest.</exception>
    public static byte[] Write(object value) => ByType.TryGetValue(value.GetType(), out var known)
        ? JsonSerializer.SerializeToUtf8Bytes(value, known.Type)
        : throw new NotSupportedException($"{value.GetType()} has no manifest: add it to {nameof(Manifests)} before it is stored or sent");

    /// <summary>The value that <see cref="Write"/> wrote under a manifest.</summary>
    /// <exception cref="NotSupportedException">No such manifest: a newer version wrote it.</exception>
    /// <exception cref="JsonException">The bytes are not what the manifest says.</exception>
    public static object Read(string manifest, ReadOnlySpan<byte> payload)
    {
        if (!ByManifest.TryGetValue(manifest, out var type))
            throw new NotSupportedException($"no such manifest: \"{manifest}\" (was it written by a newer version?)");

        return JsonSerializer.Deserialize(payload, type) ?? throw new JsonException($"\"{manifest}\" is null");
    }
}
