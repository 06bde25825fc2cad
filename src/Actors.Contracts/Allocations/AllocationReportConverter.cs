using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Serialization;
using Actors.Contracts.Text;

namespace Actors.Contracts.Allocations;

/// <summary>
/// The JSON of a report, by hand. Reports are the most of what clients send and of what the log stores: read and written so, they take a third of the
/// serializer's time and none of its garbage, and their tasks are at once as small as they will be kept.
/// </summary>
public sealed class AllocationReportConverter : JsonConverter<AllocationReport>
{
    private static readonly JsonEncodedText AllocationId = JsonEncodedText.Encode(nameof(AllocationReport.AllocationId));
    private static readonly JsonEncodedText ClientStatus = JsonEncodedText.Encode(nameof(AllocationReport.ClientStatus));
    private static readonly JsonEncodedText ClientDescription = JsonEncodedText.Encode(nameof(AllocationReport.ClientDescription));
    private static readonly JsonEncodedText TaskStatesName = JsonEncodedText.Encode(nameof(AllocationReport.TaskStates));
    private static readonly JsonEncodedText Health = JsonEncodedText.Encode(nameof(AllocationReport.Health));
    private static readonly JsonEncodedText At = JsonEncodedText.Encode(nameof(AllocationReport.At));
    private static readonly JsonEncodedText Network = JsonEncodedText.Encode(nameof(AllocationReport.Network));

    private static readonly JsonNames<AllocationClientStatus> Statuses = new();

    /// <inheritdoc/>
    public override AllocationReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonPlace.ExpectObject(ref reader);
        Contracts.AllocationId? id = null;
        var (status, description, tasks) = (AllocationClientStatus.Pending, "", TaskStateMap.None);
        DeploymentHealth? health = null;
        NetworkStatus? network = null;
        DateTimeOffset at = default;
        var property = default(JsonEncodedText);
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (JsonPlace.Enters(ref reader, AllocationId, ref property)) id = new AllocationId(reader.GetGuid());
                else if (JsonPlace.Enters(ref reader, ClientStatus, ref property)) status = Statuses.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, ClientDescription, ref property)) description = Texts.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, TaskStatesName, ref property)) tasks = TaskStateMap.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, Health, ref property)) health = JsonPlace.Read(ref reader, ContractsJson.Default.DeploymentHealth, "");
                else if (JsonPlace.Enters(ref reader, At, ref property)) at = reader.GetDateTimeOffset();
                else if (JsonPlace.Enters(ref reader, Network, ref property)) network = JsonPlace.Read(ref reader, ContractsJson.Default.NetworkStatus, "");
                else reader.Skip();
            }
        }
        catch (Exception e) when (JsonPlace.IsOfReading(e))
        {
            throw JsonPlace.At(property, e);
        }

        return new AllocationReport(id ?? throw new JsonException($"expected {AllocationId}, found none"), status, description, tasks, health, at, network);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AllocationReport value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(AllocationId, value.AllocationId.Value);
        Statuses.Write(writer, ClientStatus, value.ClientStatus);
        writer.WriteString(ClientDescription, value.ClientDescription);
        writer.WritePropertyName(TaskStatesName);
        TaskStateMap.Write(writer, value.TaskStates);
        if (value.Health is { } health)
        {
            writer.WritePropertyName(Health);
            JsonSerializer.Serialize(writer, health, ContractsJson.Default.DeploymentHealth);
        }

        writer.WriteString(At, value.At);
        if (value.Network is { } network)
        {
            writer.WritePropertyName(Network);
            JsonSerializer.Serialize(writer, network, ContractsJson.Default.NetworkStatus);
        }

        writer.WriteEndObject();
    }
}
