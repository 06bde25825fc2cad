using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>The identity of a job: its id within its namespace.</summary>
/// <param name="Namespace">The namespace; <c>default</c> where none was given.</param>
/// <param name="Id">The job's id, as its author wrote it: any text without spaces.</param>
[JsonConverter(typeof(JobIdJsonConverter))]
public readonly record struct JobId(string Namespace, string Id) : IComparable<JobId>
{
    /// <summary>The namespace that a job has when it names none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>Reads what <see cref="ToString"/> wrote. A namespace has no '/', a job's id may.</summary>
    /// <exception cref="FormatException">There is no '/' in the text.</exception>
    public static JobId Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? new JobId(text[..slash], text[(slash + 1)..])
            : throw new FormatException($"expected namespace/job, found \"{text}\"");
    }

    /// <inheritdoc/>
    public int CompareTo(JobId other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Id, other.Id);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Id}";
}

/// <summary>Writes a <see cref="JobId"/> as <c>namespace/id</c>.</summary>
public sealed class JobIdJsonConverter : JsonConverter<JobId>
{
    /// <inheritdoc/>
    public override JobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override JobId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());

    private static JobId Parse(string? text)
    {
        try
        {
            return JobId.Parse(text ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
