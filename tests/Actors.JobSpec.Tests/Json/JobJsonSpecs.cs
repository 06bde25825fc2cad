using System.Text.Json;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Serialization;
using Xunit;

namespace Actors.JobSpec.Tests.Json;

public sealed class JobJsonSpecs
{
    private static readonly Job Sample = new()
    {
        Id = "web",
        Name = "web",
        Datacenters = ["dc1"],
        Update = new UpdateStrategy { Stagger = TimeSpan.FromSeconds(30), MaxParallel = 1 },
        Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }],
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "g",
                Count = 2,
                Volumes = EquatableMap.Of(("data", new VolumeRequest { Name = "data", Type = "host", Source = "d" })),
                Tasks =
                [
                    new JobTask
                    {
                        Name = "t",
                        Driver = "docker",
                        Config = EquatableMap.Of(
                            ("image", ConfigValue.Of("redis")),
                            ("ports", ConfigValue.Of([ConfigValue.Of("db"), ConfigValue.Of(1.5), ConfigValue.Of(true)])),
                            ("port_map", ConfigValue.Of([KeyValuePair.Create("db", ConfigValue.Of(6379))]))),
                        Resources = new Resources { CpuMhz = 500, MemoryMb = 256 },
                        Services = [new Service { Name = "s", Checks = [new ServiceCheck { Interval = TimeSpan.FromSeconds(10), Header = EquatableMap.Of<EquatableList<string>>(("A", ["b"])) }] }],
                    },
                ],
            },
        ],
    };

    [Fact]
    public void A_job_read_back_equals_the_job_written()
    {
        var text = JsonSerializer.Serialize(Sample, JobJson.Default.Job);
        var back = JsonSerializer.Deserialize(text, JobJson.Default.Job);

        Assert.Equal(Sample, back);
        Assert.Equal(Sample.GetHashCode(), back!.GetHashCode());
    }

    [Fact]
    public void A_job_inside_the_logs_context_reads_back_too()
    {
        var text = JsonSerializer.Serialize(Sample, ContractsJson.Default.Job);

        Assert.Equal(Sample, JsonSerializer.Deserialize(text, ContractsJson.Default.Job));
    }

    [Fact]
    public void Names_and_durations_are_Nomads()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Sample, JobJson.Default.Job));
        var root = json.RootElement;

        Assert.Equal("web", root.GetProperty("ID").GetString());
        Assert.Equal(30_000_000_000, root.GetProperty("Update").GetProperty("Stagger").GetInt64());
        Assert.Equal("${attr.kernel.name}", root.GetProperty("Constraints")[0].GetProperty("LTarget").GetString());
        var task = root.GetProperty("TaskGroups")[0].GetProperty("Tasks")[0];
        Assert.Equal(500, task.GetProperty("Resources").GetProperty("CPU").GetInt32());
        Assert.Equal(6379, task.GetProperty("Config").GetProperty("port_map").GetProperty("db").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("Affinities").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("Region").ValueKind);
    }

    [Fact]
    public void What_the_text_lacks_is_empty_never_null()
    {
        foreach (var type in typeof(Job).Assembly.GetTypes().Where(type => type.Namespace == typeof(Job).Namespace && JobJson.Default.GetTypeInfo(type) is { Kind: System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object }))
        {
            var read = JsonSerializer.Deserialize("{}", JobJson.Default.GetTypeInfo(type)!)!;
            foreach (var property in type.GetProperties().Where(property => property.PropertyType == typeof(string) || property.PropertyType.Name.StartsWith("Equatable", StringComparison.Ordinal)))
                Assert.True(property.GetValue(read) is not null, $"{type.Name}.{property.Name} is null");
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_in_the_text_is_no_accident()
    {
        var result = JobFile.Parse("{\"ID\": \"x\", \"Na\uD800me\": \"\uD800\", \"Region\": \"a\uDC00b\"}");

        Assert.Equal("a\uFFFDb", result.Job!.Region);
    }

    [Fact]
    public void Null_and_missing_both_read_as_unset()
    {
        var job = JsonSerializer.Deserialize(
            """{"id":"x","Region":null,"TaskGroups":[{"Name":"g","Tasks":[{"Name":"t","Env":null,"Leader":null,"User":null,"Config":{"a":null},"KillTimeout":"1m30s"}]}],"Unknown":1}""",
            JobJson.Default.Job)!;

        Assert.Equal("x", job.Id);
        Assert.Equal("", job.Region);
        var task = job.TaskGroups[0].Tasks[0];
        Assert.Empty(task.Env);
        Assert.Equal("", task.User);
        Assert.Equal(ConfigValue.Null, task.Config["a"]);
        Assert.Equal(TimeSpan.FromSeconds(90), task.KillTimeout);
    }
}
