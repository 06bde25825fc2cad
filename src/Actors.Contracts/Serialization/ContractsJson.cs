using System.Text.Json.Serialization;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;

namespace Actors.Contracts.Serialization;

/// <summary>The JSON of everything in the log, between servers, and on the client link. Made at compile time: no reflection.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Allocation))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(IReadOnlyList<AllocationReport>))]
[JsonSerializable(typeof(TaskState))]
[JsonSerializable(typeof(JobRegistered))]
[JsonSerializable(typeof(JobDeregistered))]
[JsonSerializable(typeof(JobEvaluated))]
[JsonSerializable(typeof(JobStabilityChanged))]
[JsonSerializable(typeof(DeploymentChanged))]
[JsonSerializable(typeof(NodeRegistered))]
[JsonSerializable(typeof(NodeStatusChanged))]
[JsonSerializable(typeof(NodeEligibilityChanged))]
[JsonSerializable(typeof(NodeDrainChanged))]
[JsonSerializable(typeof(NodeEvaluated))]
[JsonSerializable(typeof(NodePurged))]
[JsonSerializable(typeof(AllocationsReported))]
[JsonSerializable(typeof(PlanCommitted))]
[JsonSerializable(typeof(EvaluationStatusChanged))]
[JsonSerializable(typeof(TermStarted))]
[JsonSerializable(typeof(StateCollected))]
[JsonSerializable(typeof(RegisterJob))]
[JsonSerializable(typeof(DeregisterJob))]
[JsonSerializable(typeof(CollectJob))]
[JsonSerializable(typeof(EvaluateJob))]
[JsonSerializable(typeof(RevertJob))]
[JsonSerializable(typeof(SetJobStability))]
[JsonSerializable(typeof(ScaleJob))]
[JsonSerializable(typeof(ChangeDeployment))]
[JsonSerializable(typeof(JobChanged))]
[JsonSerializable(typeof(RegisterNode))]
[JsonSerializable(typeof(UpdateNodeStatus))]
[JsonSerializable(typeof(SetNodeEligibility))]
[JsonSerializable(typeof(SetNodeDrain))]
[JsonSerializable(typeof(EvaluateNode))]
[JsonSerializable(typeof(PurgeNode))]
[JsonSerializable(typeof(ContinueDrain))]
[JsonSerializable(typeof(CollectNode))]
[JsonSerializable(typeof(ReportAllocations))]
[JsonSerializable(typeof(StopAllocation))]
[JsonSerializable(typeof(NodeEvaluationsCreated))]
[JsonSerializable(typeof(ProcessEvaluation))]
[JsonSerializable(typeof(CancelEvaluation))]
[JsonSerializable(typeof(FailEvaluation))]
[JsonSerializable(typeof(UnblockEvaluation))]
[JsonSerializable(typeof(EvaluationFinished))]
[JsonSerializable(typeof(CommandAccepted))]
[JsonSerializable(typeof(CommandRefused))]
[JsonSerializable(typeof(PlaceRequest))]
[JsonSerializable(typeof(PlaceResult))]
[JsonSerializable(typeof(ReleaseReservation))]
public sealed partial class ContractsJson : JsonSerializerContext;
