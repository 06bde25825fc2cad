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

    /// <summary>A word that the schema offers passes the rules; one that it doesn't is refused.</summary>
    [Theory]
    [InlineData("Job", "Type", "type = \"WORD\"\n")]
    [InlineData("RestartPolicy", "Mode", "group \"h\" {\nrestart {\nmode = \"WORD\"\n}\ntask \"t\" {\ndriver = \"d\"\n}\n}\n")]
    [InlineData("ReschedulePolicy", "DelayFunction", "reschedule {\ndelay_function = \"WORD\"\n}\n")]
    [InlineData("UpdateStrategy", "HealthCheck", "update {\nhealth_check = \"WORD\"\n}\n")]
    [InlineData("MigrateStrategy", "HealthCheck", "migrate {\nhealth_check = \"WORD\"\n}\n")]
    [InlineData("DisconnectStrategy", "Reconcile", "group \"h\" {\ndisconnect {\nreconcile = \"WORD\"\n}\ntask \"t\" {\ndriver = \"d\"\n}\n}\n")]
    [InlineData("Template", "ChangeMode", "group \"h\" {\ntask \"t\" {\ndriver = \"d\"\ntemplate {\ndata = \"x\"\ndestination = \"x\"\nchange_mode = \"WORD\"\n}\n}\n}\n")]
    [InlineData("Service", "Provider", "group \"h\" {\nservice {\nprovider = \"WORD\"\n}\ntask \"t\" {\ndriver = \"d\"\n}\n}\n")]
    public void The_words_of_the_schema_are_those_of_the_rules(string type, string property, string block)
    {
        var words = JsonNode.Parse(JobSchema.Generate())!["$defs"]![type]!["properties"]![property]!["enum"]!.AsArray().Select(word => word?.GetValue<string>()).Where(word => !string.IsNullOrEmpty(word));
        bool Refused(string word) => JobValidator.Validate(JobCanonicalizer.Canonicalize(JobFile.Parse($"job \"j\" {{\n{block.Replace("WORD", word, StringComparison.Ordinal)}group \"g\" {{\ntask \"t\" {{\ndriver = \"d\"\n}}\n}}\n}}\n").Job!))
            .Any(diagnostic => diagnostic.Code == DiagnosticCodes.NotAllowed);

        Assert.All(words, word => Assert.False(Refused(word!), word));
        Assert.True(Refused("something-else"));
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject item => item.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : pair.Value is null ? [] : References(pair.Value)),
        JsonArray array => array.SelectMany(item => item is null ? [] : References(item)),
        _ => [],
    };
}
