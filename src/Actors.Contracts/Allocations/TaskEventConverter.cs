using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Text;

namespace Actors.Contracts.Allocations;

/// <summary>The JSON of a task's event, by hand: see <see cref="AllocationReportConverter"/>.</summary>
public sealed class TaskEventConverter : JsonConverter<TaskEvent>
{
    private static readonly JsonEncodedText TypeName = JsonEncodedText.Encode(nameof(TaskEvent.Type));
    private static readonly JsonEncodedText At = JsonEncodedText.Encode(nameof(TaskEvent.At));
    private static readonly JsonEncodedText DisplayMessage = JsonEncodedText.Encode(nameof(TaskEvent.DisplayMessage));
    private static readonly JsonEncodedText Details = JsonEncodedText.Encode(nameof(TaskEvent.Details));
    private static readonly JsonEncodedText FailsTask = JsonEncodedText.Encode(nameof(TaskEvent.FailsTask));

    /// <inheritdoc/>
    public override TaskEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TaskEvent value, JsonSerializerOptions options) => Write(writer, value);

    internal static TaskEvent Read(ref Utf8JsonReader reader)
    {
        JsonPlace.ExpectObject(ref reader);
        var (type, message, fails) = ("", "", false);
        DateTimeOffset at = default;
        Dictionary<string, string>? details = null;
        var property = default(JsonEncodedText);
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (JsonPlace.Enters(ref reader, TypeName, ref property)) type = Texts.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, At, ref property)) at = reader.GetDateTimeOffset();
                else if (JsonPlace.Enters(ref reader, DisplayMessage, ref property)) message = Texts.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, Details, ref property)) details = DetailsOf(ref reader);
                else if (JsonPlace.Enters(ref reader, FailsTask, ref property)) fails = reader.GetBoolean();
                else reader.Skip();
            }
        }
        catch (Exception e) when (JsonPlace.IsOfReading(e))
        {
            throw JsonPlace.At(property, e);
        }

        return new TaskEvent(type, at, message, details, fails);
    }

    internal static void Write(Utf8JsonWriter writer, TaskEvent value)
    {
        writer.WriteStartObject();
        writer.WriteString(TypeName, value.Type);
        writer.WriteString(At, value.At);
        writer.WriteString(DisplayMessage, value.DisplayMessage);
        if (value.Details is { } details)
        {
            writer.WriteStartObject(Details);
            foreach (var (name, detail) in details) writer.WriteString(name, detail);
            writer.WriteEndObject();
        }

        writer.WriteBoolean(FailsTask, value.FailsTask);
        writer.WriteEndObject();
    }

    private static Dictionary<string, string>? DetailsOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;

        JsonPlace.ExpectObject(ref reader);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Texts.Read(ref reader);
            reader.Read();
            texts[name] = Texts.Read(ref reader);
        }

        return texts;
    }
}
