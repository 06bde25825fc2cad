using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.Api.Models;

/// <summary>A job as the HTTP API shows it: the domain's record is in Nomad's shape already.</summary>
/// <param name="Job">The job.</param>
[JsonConverter(typeof(JobModelConverter))]
internal readonly record struct JobModel(Job Job);

/// <summary>Writes a <see cref="JobModel"/> as the job itself.</summary>
internal sealed class JobModelConverter : JsonConverter<JobModel>
{
    /// <inheritdoc/>
    public override JobModel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, JobJson.Default.Job) ?? throw new JsonException("a job must not be null"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JobModel value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Job, StoredJob.Type);
}

/// <summary>A job as a text says it, not registered: what it leaves unset is null.</summary>
/// <param name="Job">The job.</param>
[JsonConverter(typeof(ParsedJobModelConverter))]
internal readonly record struct ParsedJobModel(Job Job);

/// <summary>Writes a <see cref="ParsedJobModel"/> as the job itself.</summary>
internal sealed class ParsedJobModelConverter : JsonConverter<ParsedJobModel>
{
    /// <inheritdoc/>
    public override ParsedJobModel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, JobJson.Default.Job) ?? throw new JsonException("a job must not be null"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ParsedJobModel value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Job, JobJson.Default.Job);
}

/// <summary>A scaling policy as the HTTP API shows it: the domain's record is in Nomad's shape already.</summary>
/// <param name="Policy">The policy.</param>
[JsonConverter(typeof(ScalingPolicyModelConverter))]
internal readonly record struct ScalingPolicyModel(ScalingPolicy Policy);

/// <summary>Writes a <see cref="ScalingPolicyModel"/> as the policy itself.</summary>
internal sealed class ScalingPolicyModelConverter : JsonConverter<ScalingPolicyModel>
{
    /// <inheritdoc/>
    public override ScalingPolicyModel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, JobJson.Default.ScalingPolicy) ?? throw new JsonException("a policy must not be null"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ScalingPolicyModel value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Policy, JobJson.Default.ScalingPolicy);
}

/// <summary>How registered jobs are written: texts that are not set are "", not null, because Nomad's tools follow them without looking.</summary>
internal static class StoredJob
{
    private static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = JobJson.Default.WithAddedModifier(static type =>
        {
            foreach (var property in type.Properties)
            {
                if (property.CustomConverter is OptionalTextConverter)
                    property.CustomConverter = new TextConverter();
            }
        }),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The serializer.</summary>
    public static JsonTypeInfo<Job> Type { get; } = (JsonTypeInfo<Job>)Options.GetTypeInfo(typeof(Job));
}

/// <summary>Reads and writes a job within another record with the job's own serializer.</summary>
internal sealed class JobConverter : JsonConverter<Job>
{
    /// <inheritdoc/>
    public override Job? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonPlace.Read(ref reader, JobJson.Default.Job, "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Job value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, StoredJob.Type);
}

/// <summary>Writes a job's regions with the job's own serializer.</summary>
internal sealed class MultiregionConverter : JsonConverter<Multiregion>
{
    /// <inheritdoc/>
    public override Multiregion? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, JobJson.Default.Multiregion);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Multiregion value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, JobJson.Default.Multiregion);
}
