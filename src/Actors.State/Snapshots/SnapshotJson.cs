using System.Text.Json.Serialization;
using Actors.Contracts.Deployments;

namespace Actors.State.Snapshots;

/// <summary>The JSON of snapshots. Made at compile time: no reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HeaderRow))]
[JsonSerializable(typeof(JobRow))]
[JsonSerializable(typeof(NodeRow))]
[JsonSerializable(typeof(Jobs.HandledRequest))]
[JsonSerializable(typeof(Jobs.VersionSubmission))]
[JsonSerializable(typeof(Contracts.Jobs.ScalingEvent))]
[JsonSerializable(typeof(Contracts.Operators.Namespace))]
[JsonSerializable(typeof(Contracts.Operators.NodePool))]
[JsonSerializable(typeof(Contracts.Volumes.HostVolume))]
[JsonSerializable(typeof(Contracts.Volumes.HostVolumeCapability))]
[JsonSerializable(typeof(EvaluationId))]
[JsonSerializable(typeof(EvaluationRow))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(AllocationsRow))]
[JsonSerializable(typeof(List<JobRow>))]
[JsonSerializable(typeof(List<NodeRow>))]
[JsonSerializable(typeof(List<EvaluationRow>))]
[JsonSerializable(typeof(List<Deployment>))]
[JsonSerializable(typeof(List<AllocationsRow>))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
