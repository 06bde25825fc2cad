using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>The events of one index: a line of the event stream.</summary>
internal sealed record EventsModel
{
    public required ulong Index { get; init; }

    public required IReadOnlyList<EventModel> Events { get; init; }
}

/// <summary>Something that happened.</summary>
internal sealed record EventModel
{
    public required string Topic { get; init; }

    public required string Type { get; init; }

    public required string Key { get; init; }

    public required string Namespace { get; init; }

    public required IReadOnlyList<string>? FilterKeys { get; init; }

    public required ulong Index { get; init; }

    public required EventPayloadModel Payload { get; init; }
}

/// <summary>What an event is about, as it is after the event: one of these.</summary>
internal sealed record EventPayloadModel
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobModel? Job { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvaluationModel? Evaluation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AllocModel? Allocation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeploymentModel? Deployment { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodeModel? Node { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodePoolModel? NodePool { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VolumeModel? Volume { get; init; }
}
