using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Drivers.Config;

/// <summary>A schema as text: so a node tells the servers what the tasks of its plugins may be configured with. Says the same in the same words, in whatever order a plugin names its keys.</summary>
public static class SchemaText
{
    /// <summary>The longest text that is written: every server keeps it for every node.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Writes a schema's keys; null: that would be too long.</summary>
    public static string? Write(ConfigSchema schema)
    {
        var text = JsonSerializer.Serialize(Keys(schema), SchemaJson.Default.SchemaKeyArray);
        return text.Length <= MaxLength ? text : null;
    }

    /// <summary>Reads a schema; null: the text is none.</summary>
    public static ConfigSchema? Read(string text)
    {
        try
        {
            return text.Length <= MaxLength && JsonSerializer.Deserialize(text, SchemaJson.Default.SchemaKeyArray) is { } keys && Array.TrueForAll(keys, IsWhole) ? Schema(keys) : null;
        }
        catch (JsonException)
        {
            // Of an agent of another version: its client checks by itself.
            return null;
        }
    }

    private static SchemaKey[] Keys(ConfigSchema schema) =>
        [.. schema.Fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new SchemaKey(f.Name, f.Kind, f.Required) { Keys = f.Fields is null ? null : Keys(f.Fields) })];

    private static bool IsWhole(SchemaKey? key) => key is not null && (key.Keys is not { } inner || Array.TrueForAll(inner, IsWhole));

    private static ConfigSchema Schema(SchemaKey[] keys) => new(
    [
        .. keys.DistinctBy(k => k.Name).Select(k => new ConfigField(k.Name, k.Kind) { Required = k.Required, Fields = k.Keys is null ? null : Schema(k.Keys) }),
    ]);
}

/// <summary>A key as text has it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Kind">The shape of its value.</param>
/// <param name="Required">Whether it must be there.</param>
internal sealed record SchemaKey(string Name, ConfigKind Kind = ConfigKind.Text, bool Required = false)
{
    /// <summary>The keys of a block.</summary>
    public SchemaKey[]? Keys { get; init; }
}

/// <summary>The JSON of schemas, made at compile time.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SchemaKey[]))]
internal sealed partial class SchemaJson : JsonSerializerContext;
