using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec;

/// <summary>The JSON Schema of a job in its JSON form, for editors and generators.</summary>
public static class JobSchema
{
    /// <summary>Texts that are one of a few words. What is unset is "" or null.</summary>
    private static readonly Dictionary<(Type, string), string[]> Words = new()
    {
        [(typeof(Job), "Type")] = ["service", "batch", "system", "sysbatch"],
        [(typeof(ParameterizedJobConfig), "Payload")] = ["optional", "required", "forbidden"],
        [(typeof(RestartPolicy), "Mode")] = ["fail", "delay"],
        [(typeof(ReschedulePolicy), "DelayFunction")] = ["constant", "exponential", "fibonacci"],
        [(typeof(UpdateStrategy), "HealthCheck")] = ["checks", "task_states", "manual"],
        [(typeof(MigrateStrategy), "HealthCheck")] = ["checks", "task_states"],
        [(typeof(DisconnectStrategy), "Reconcile")] = ["best_score", "longest_running", "keep_original", "keep_replacement"],
        [(typeof(TaskLifecycle), "Hook")] = ["prestart", "poststart", "poststop"],
        [(typeof(Template), "ChangeMode")] = ["restart", "signal", "script", "noop"],
        [(typeof(Vault), "ChangeMode")] = ["restart", "signal", "noop"],
        [(typeof(TaskArtifact), "GetterMode")] = ["any", "file", "dir"],
        [(typeof(VolumeRequest), "Type")] = ["host", "csi"],
        [(typeof(VolumeMount), "PropagationMode")] = ["private", "host-to-task", "bidirectional"],
        [(typeof(Service), "Provider")] = ["consul", "nomad"],
        [(typeof(ServiceCheck), "Type")] = ["http", "tcp", "script", "grpc"],
        [(typeof(CsiPluginConfig), "Type")] = ["node", "controller", "monolith"],
    };

    /// <summary>The schema (draft 2020-12), indented: of <c>{"Job": {…}}</c>, which requests carry.</summary>
    public static string Generate()
    {
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        Define(typeof(Job), definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Job",
            ["type"] = "object",
            ["properties"] = new JsonObject { ["Job"] = new JsonObject { ["$ref"] = "#/$defs/Job" } },
            ["required"] = new JsonArray("Job"),
            ["$defs"] = new JsonObject(definitions.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
        };
        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, TypeInfoResolver = JobJson.Default });
    }

    private static JsonObject Of(Type type, SortedDictionary<string, JsonNode> definitions)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ConfigValue)) return [];
        if (type == typeof(string)) return new JsonObject { ["type"] = new JsonArray("string", "null") };
        if (type == typeof(bool)) return new JsonObject { ["type"] = new JsonArray("boolean", "null") };
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = new JsonArray("integer", "string", "null"), ["description"] = "Nanoseconds, or text such as \"1h30m\"." };
        if (type == typeof(uint) || type == typeof(ulong)) return new JsonObject { ["type"] = new JsonArray("integer", "null"), ["minimum"] = 0 };
        if (type == typeof(int) || type == typeof(long)) return new JsonObject { ["type"] = new JsonArray("integer", "null") };
        if (Element(type, typeof(EquatableList<>)) is { } item) return new JsonObject { ["type"] = new JsonArray("array", "null"), ["items"] = Of(item, definitions) };
        if (Element(type, typeof(EquatableMap<>)) is { } entry) return new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = Of(entry, definitions) };
        Define(type, definitions);
        return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" }, new JsonObject { ["type"] = "null" }) };
    }

    private static Type? Element(Type type, Type collection) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == collection ? type.GetGenericArguments()[0] : null;

    private static void Define(Type type, SortedDictionary<string, JsonNode> definitions)
    {
        if (definitions.ContainsKey(type.Name)) return;
        var definition = new JsonObject { ["type"] = "object" };
        definitions[type.Name] = definition;
        var properties = new JsonObject();
        if (JobJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info)
        {
            foreach (var property in info.Properties)
            {
                var schema = Of(property.PropertyType, definitions);
                if (Words.TryGetValue((type, property.Name), out var words)) schema["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word)), "", null]);
                properties[property.Name] = schema;
            }
        }

        definition["properties"] = properties;
        definition["additionalProperties"] = false;
    }
}
