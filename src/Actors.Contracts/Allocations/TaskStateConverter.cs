using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Allocations;

/// <summary>The JSON of a task's state, by hand: see <see cref="AllocationReportConverter"/>.</summary>
public sealed class TaskStateConverter : JsonConverter<TaskState>
{
    private static readonly JsonEncodedText State = JsonEncodedText.Encode(nameof(TaskState.State));
    private static readonly JsonEncodedText Failed = JsonEncodedText.Encode(nameof(TaskState.Failed));
    private static readonly JsonEncodedText Restarts = JsonEncodedText.Encode(nameof(TaskState.Restarts));
    private static readonly JsonEncodedText LastRestart = JsonEncodedText.Encode(nameof(TaskState.LastRestart));
    private static readonly JsonEncodedText StartedAt = JsonEncodedText.Encode(nameof(TaskState.StartedAt));
    private static readonly JsonEncodedText FinishedAt = JsonEncodedText.Encode(nameof(TaskState.FinishedAt));
    private static readonly JsonEncodedText Events = JsonEncodedText.Encode(nameof(TaskState.Events));

    private static readonly JsonNames<TaskRunState> States = new();

    [ThreadStatic]
    private static List<TaskEvent>? scratch;

    /// <inheritdoc/>
    public override TaskState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TaskState value, JsonSerializerOptions options) => Write(writer, value);

    internal static TaskState Read(ref Utf8JsonReader reader)
    {
        JsonPlace.ExpectObject(ref reader);
        var (state, failed, restarts) = (TaskRunState.Pending, false, 0);
        DateTimeOffset? lastRestart = null, startedAt = null, finishedAt = null;
        IReadOnlyList<TaskEvent> events = [];
        var property = default(JsonEncodedText);
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (JsonPlace.Enters(ref reader, State, ref property)) state = States.Read(ref reader);
                else if (JsonPlace.Enters(ref reader, Failed, ref property)) failed = reader.GetBoolean();
                else if (JsonPlace.Enters(ref reader, Restarts, ref property)) restarts = reader.GetInt32();
                else if (JsonPlace.Enters(ref reader, LastRestart, ref property)) lastRestart = Time(ref reader);
                else if (JsonPlace.Enters(ref reader, StartedAt, ref property)) startedAt = Time(ref reader);
                else if (JsonPlace.Enters(ref reader, FinishedAt, ref property)) finishedAt = Time(ref reader);
                else if (JsonPlace.Enters(ref reader, Events, ref property)) events = EventsOf(ref reader);
                else reader.Skip();
            }
        }
        catch (Exception e) when (JsonPlace.IsOfReading(e))
        {
            throw JsonPlace.At(property, e);
        }

        return new TaskState
        {
            State = state,
            Failed = failed,
            Restarts = restarts,
            LastRestart = lastRestart,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Events = events,
        };
    }

    internal static void Write(Utf8JsonWriter writer, TaskState value)
    {
        writer.WriteStartObject();
        States.Write(writer, State, value.State);
        writer.WriteBoolean(Failed, value.Failed);
        writer.WriteNumber(Restarts, value.Restarts);
        if (value.LastRestart is { } lastRestart) writer.WriteString(LastRestart, lastRestart);
        if (value.StartedAt is { } startedAt) writer.WriteString(StartedAt, startedAt);
        if (value.FinishedAt is { } finishedAt) writer.WriteString(FinishedAt, finishedAt);
        writer.WriteStartArray(Events);
        for (var i = 0; i < value.Events.Count; i++) TaskEventConverter.Write(writer, value.Events[i]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();

    private static TaskEvent[] EventsOf(ref Utf8JsonReader reader)
    {
        JsonPlace.ExpectArray(ref reader);
        var read = scratch ??= new List<TaskEvent>(TaskEvent.MaxPerTask);
        read.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            try
            {
                read.Add(TaskEventConverter.Read(ref reader));
            }
            catch (Exception e) when (JsonPlace.IsOfReading(e))
            {
                throw JsonPlace.At($"[{read.Count}]", e);
            }
        }

        return [.. read];
    }
}
