using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>The JSON of the HTTP API, made at compile time. Names are read without regard to case, and unknown ones skipped, as Nomad does.</summary>
[JsonSerializable(typeof(JobModel))]
[JsonSerializable(typeof(ParsedJobModel))]
[JsonSerializable(typeof(List<JobListStub>))]
[JsonSerializable(typeof(JobSummaryModel))]
[JsonSerializable(typeof(JobRegisterRequest))]
[JsonSerializable(typeof(JobRegisterResponse))]
[JsonSerializable(typeof(JobDeregisterResponse))]
[JsonSerializable(typeof(JobValidateRequest))]
[JsonSerializable(typeof(JobValidateResponse))]
[JsonSerializable(typeof(JobPlanRequest))]
[JsonSerializable(typeof(JobPlanResponse))]
[JsonSerializable(typeof(JobVersionsResponse))]
[JsonSerializable(typeof(JobsParseRequest))]
[JsonSerializable(typeof(JobsParseReport))]
[JsonSerializable(typeof(JobEvaluateRequest))]
[JsonSerializable(typeof(JobRevertRequest))]
[JsonSerializable(typeof(JobStabilityRequest))]
[JsonSerializable(typeof(JobStabilityResponse))]
[JsonSerializable(typeof(ScalingRequest))]
[JsonSerializable(typeof(JobScaleStatusModel))]
[JsonSerializable(typeof(PeriodicForceResponse))]
[JsonSerializable(typeof(JobDispatchRequest))]
[JsonSerializable(typeof(JobDispatchResponse))]
[JsonSerializable(typeof(JobTagRequest))]
[JsonSerializable(typeof(JobTagResponse))]
[JsonSerializable(typeof(JobSubmissionModel))]
[JsonSerializable(typeof(List<ScalingPolicyListStub>))]
[JsonSerializable(typeof(ScalingPolicyModel))]
[JsonSerializable(typeof(List<NodeListStub>))]
[JsonSerializable(typeof(NodeModel))]
[JsonSerializable(typeof(NodeDrainRequest))]
[JsonSerializable(typeof(NodeEligibilityRequest))]
[JsonSerializable(typeof(NodeUpdateResponse))]
[JsonSerializable(typeof(List<NodePoolModel>))]
[JsonSerializable(typeof(List<AllocListStub>))]
[JsonSerializable(typeof(List<AllocModel>))]
[JsonSerializable(typeof(AllocModel))]
[JsonSerializable(typeof(AllocStopResponse))]
[JsonSerializable(typeof(AllocRestartRequest))]
[JsonSerializable(typeof(AllocSignalRequest))]
[JsonSerializable(typeof(List<ServiceRegistrationModel>))]
[JsonSerializable(typeof(List<EvaluationModel>))]
[JsonSerializable(typeof(EvaluationModel))]
[JsonSerializable(typeof(EvaluationCountResponse))]
[JsonSerializable(typeof(EvaluationExplanation))]
[JsonSerializable(typeof(AllocationExplanation))]
[JsonSerializable(typeof(JobExplanation))]
[JsonSerializable(typeof(DeploymentExplanation))]
[JsonSerializable(typeof(List<DeploymentModel>))]
[JsonSerializable(typeof(DeploymentModel))]
[JsonSerializable(typeof(DeploymentPromoteRequest))]
[JsonSerializable(typeof(DeploymentPauseRequest))]
[JsonSerializable(typeof(DeploymentFailRequest))]
[JsonSerializable(typeof(DeploymentAllocHealthRequest))]
[JsonSerializable(typeof(DeploymentUpdateResponse))]
[JsonSerializable(typeof(AgentSelf))]
[JsonSerializable(typeof(AgentMembersResponse))]
[JsonSerializable(typeof(AgentHealthModel))]
[JsonSerializable(typeof(AgentSchedulersResponse))]
[JsonSerializable(typeof(AgentHostResponse))]
[JsonSerializable(typeof(JoinResponse))]
[JsonSerializable(typeof(SchedulerConfigurationResponse))]
[JsonSerializable(typeof(List<NamespaceModel>))]
[JsonSerializable(typeof(SchedulerSetResponse))]
[JsonSerializable(typeof(List<VolumeListStub>))]
[JsonSerializable(typeof(VolumeModel))]
[JsonSerializable(typeof(HostVolumeRequest))]
[JsonSerializable(typeof(HostVolumeResponse))]
[JsonSerializable(typeof(Contracts.Jobs.Constraint))]
[JsonSerializable(typeof(Contracts.Volumes.HostVolumeCapability))]
[JsonSerializable(typeof(Contracts.Collections.EquatableMap<string>))]
[JsonSerializable(typeof(EventsModel))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(Telemetry.MetricsSummary))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Without white space.</summary>
    public static ApiJson Compact { get; } = new(Settings(indented: false));

    /// <summary>For people (<c>?pretty</c>).</summary>
    public static ApiJson Indented { get; } = new(Settings(indented: true));

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        // The answer is JSON, never HTML: names with < or + in them stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNameCaseInsensitive = true,
        MaxDepth = 64,
        WriteIndented = indented,
        IndentSize = 4,
        Converters = { new GoTimeConverter() },
    };
}

/// <summary>A point in time as Go writes it: RFC 3339 with as many digits as needed, and year 1 for none.</summary>
internal sealed class GoTimeConverter : JsonConverter<DateTimeOffset?>
{
    private const string Zero = "0001-01-01T00:00:00Z";

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is not { } text || text == Zero ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) : Zero);
}
