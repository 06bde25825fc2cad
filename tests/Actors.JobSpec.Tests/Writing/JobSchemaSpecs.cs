using System.Text.Json.Nodes;
using Xunit;

namespace Actors.JobSpec.Tests.Writing;

public sealed class JobSchemaSpecs
{
    [Fact]
    public void The_schema_names_every_part_of_a_job_as_its_JSON_does()
    {
        var schema = JsonNode.Parse(JobSchema.Generate())!;
        var definitions = schema["$defs"]!.AsObject();

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema["$schema"]!.GetValue<string>());
        Assert.Contains("TaskGroups", definitions["Job"]!["properties"]!.AsObject().Select(property => property.Key));
        Assert.Contains("GetterSource", definitions["TaskArtifact"]!["properties"]!.AsObject().Select(property => property.Key));
        Assert.Equal("#/$defs/JobTask", definitions["TaskGroup"]!["properties"]!["Tasks"]!["items"]!["anyOf"]![0]!["$ref"]!.GetValue<string>());
        Assert.Equal("integer", definitions["JobTask"]!["properties"]!["KillTimeout"]!["type"]![0]!.GetValue<string>());
        Assert.All(References(schema), reference => Assert.True(definitions.ContainsKey(reference["#/$defs/".Length..]), reference));
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject item => item.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : pair.Value is null ? [] : References(pair.Value)),
        JsonArray array => array.SelectMany(item => item is null ? [] : References(item)),
        _ => [],
    };
}
