using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>
/// A job's JSON, as Nomad's HTTP API has it, without reflection: <c>JsonSerializer.Serialize(job, JobJson.Default.Job)</c>.
/// Names are matched without regard to case on reading; unknown names are skipped.
/// </summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, AllowTrailingCommas = false, MaxDepth = 64)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobEnvelope))]
[JsonSerializable(typeof(TaskGroup))]
[JsonSerializable(typeof(JobTask))]
[JsonSerializable(typeof(Constraint))]
[JsonSerializable(typeof(Affinity))]
[JsonSerializable(typeof(Spread))]
[JsonSerializable(typeof(SpreadTarget))]
[JsonSerializable(typeof(MultiregionRegion))]
[JsonSerializable(typeof(JobUiLink))]
[JsonSerializable(typeof(VolumeRequest))]
[JsonSerializable(typeof(VolumeMount))]
[JsonSerializable(typeof(NetworkResource))]
[JsonSerializable(typeof(Port))]
[JsonSerializable(typeof(RequestedDevice))]
[JsonSerializable(typeof(Resources))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(ServiceCheck))]
[JsonSerializable(typeof(TaskArtifact))]
[JsonSerializable(typeof(Template))]
[JsonSerializable(typeof(ScalingPolicy))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(WorkloadIdentity))]
[JsonSerializable(typeof(TaskAction))]
[JsonSerializable(typeof(ConsulConnect))]
[JsonSerializable(typeof(ConsulUpstream))]
[JsonSerializable(typeof(ConsulExposePath))]
[JsonSerializable(typeof(ConsulIngressListener))]
[JsonSerializable(typeof(ConsulIngressService))]
[JsonSerializable(typeof(ConsulLinkedService))]
[JsonSerializable(typeof(ConsulGatewayBindAddress))]
[JsonSerializable(typeof(ConfigValue))]
[JsonSerializable(typeof(EquatableList<string>))]
[JsonSerializable(typeof(EquatableMap<string>))]
[JsonSerializable(typeof(EquatableMap<ConfigValue>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
public sealed partial class JobJson : JsonSerializerContext;

/// <summary>A job as requests carry it: <c>{"Job": {…}}</c>.</summary>
public sealed record JobEnvelope
{
    /// <summary>The job.</summary>
    public Job? Job { get; init; }
}
