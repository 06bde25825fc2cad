using System.Text.Json;
using System.Text.Json.Serialization;
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
        JsonSerializer.Serialize(writer, value.Job, JobJson.Default.Job);
}

/// <summary>Reads and writes a job within another record with the job's own serializer.</summary>
internal sealed class JobConverter : JsonConverter<Job>
{
    /// <inheritdoc/>
    public override Job? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, JobJson.Default.Job);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Job value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, JobJson.Default.Job);
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
