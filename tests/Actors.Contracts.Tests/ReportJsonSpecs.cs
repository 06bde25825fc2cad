using System.Text;
using System.Text.Json;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Serialization;
using Xunit;

namespace Actors.Contracts.Tests;

/// <summary>Reports are read and written by hand: nothing of them is lost, what is unknown is passed over, and what is wrong is named with its place.</summary>
public sealed class ReportJsonSpecs
{
    private const string Id = "20000000-0000-4000-8000-000000000001";

    [Fact]
    public void What_a_later_version_adds_is_passed_over()
    {
        var report = Assert.Single(Read($$$"""[{"New":{"A":[1,{"B":2}]},"AllocationId":"{{{Id}}}","ClientStatus":"running","ClientDescription":"","TaskStates":{"main":{"State":"running","New":[],"Events":[{"Type":"Started","At":"2026-03-01T12:30:45Z","DisplayMessage":"","New":null}]}},"At":"2026-03-01T12:30:45Z"}]"""));
        Assert.Equal(AllocationClientStatus.Running, report.ClientStatus);
        Assert.Equal("Started", Assert.Single(report.TaskStates["main"].Events).Type);
        Assert.False(report.TaskStates["main"].Failed);
        Assert.Null(report.TaskStates["main"].FinishedAt);
    }

    [Fact]
    public void Times_of_another_offset_are_the_same_moments_in_UTC()
    {
        var state = Assert.Single(Read($$$"""[{"AllocationId":"{{{Id}}}","ClientStatus":"running","TaskStates":{"main":{"State":"running","StartedAt":"2026-03-01T14:30:45+02:00"}},"At":"2026-03-01T14:30:45+02:00"}]""")).TaskStates["main"];
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 30, 45, TimeSpan.Zero), state.StartedAt);
        Assert.Equal(TimeSpan.Zero, state.StartedAt!.Value.Offset);
    }

    [Fact]
    public void Tasks_are_in_the_order_of_their_names_and_one_that_comes_twice_counts_once()
    {
        var tasks = Assert.Single(Read($$$"""[{"AllocationId":"{{{Id}}}","ClientStatus":"running","TaskStates":{"b":{"State":"pending"},"a":{"State":"running"},"b":{"State":"dead"} } }]""")).TaskStates;
        Assert.Equal(["a", "b"], tasks.Keys);
        Assert.Equal(TaskRunState.Dead, tasks["b"].State);
    }

    [Fact]
    public void What_is_written_from_any_map_is_read_as_the_same()
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 30, 45, 678, TimeSpan.Zero);
        var state = new TaskState
        {
            State = TaskRunState.Dead,
            Failed = true,
            Restarts = 3,
            LastRestart = at,
            StartedAt = at.AddSeconds(1),
            FinishedAt = at.AddSeconds(2),
            Events = [.. Enumerable.Range(0, 12).Select(i => new TaskEvent(TaskEventTypes.Driver, at.AddTicks(i), new string('é', 150 + (i * 20)), i % 2 == 0 ? null : new Dictionary<string, string> { ["n\""] = "v" }, i == 11))],
        };
        var written = Write(new AllocationReport(AllocationId.Parse(Id), AllocationClientStatus.Failed, "why", new Dictionary<string, TaskState> { ["z"] = state, ["a"] = new() }, new DeploymentHealth(false, at, 7), at, new NetworkStatus("eth0", "10.0.0.2")));

        var read = Assert.Single(Read(written));

        Assert.Equal(state with { Events = [] }, read.TaskStates["z"] with { Events = [] });
        Assert.Equal(state.Events.Select(e => (e.Type, e.At, e.DisplayMessage, e.FailsTask, e.Details?["n\""])), read.TaskStates["z"].Events.Select(e => (e.Type, e.At, e.DisplayMessage, e.FailsTask, e.Details?["n\""])));
        Assert.Equal(new DeploymentHealth(false, at, 7), read.Health);
        Assert.Equal("10.0.0.2", read.Network?.Address);
        Assert.Equal(Write(read), Write(Assert.Single(Read(Write(read)))));
    }

    [Theory]
    [InlineData("""[{"ClientStatus":"running"}]""", "$[0]", "expected AllocationId, found none")]
    [InlineData("""[{"AllocationId":"x"}]""", "$[0].AllocationId", "")]
    [InlineData("""[{"AllocationId":"ID","ClientStatus":"walking"}]""", "$[0].ClientStatus", "expected one of pending, running, complete, failed, lost, unknown, found \"walking\"")]
    [InlineData("""[{"AllocationId":"ID","ClientStatus":"running","TaskStates":[]}]""", "$[0].TaskStates", "expected an object, found StartArray")]
    [InlineData("""[{"AllocationId":"ID","ClientStatus":"running","TaskStates":{"main":{"State":"running","Events":[{"Type":"Started"},{"Type":null}]}}}]""", "$[0].TaskStates.main.Events[1].Type", "expected a text, found null")]
    [InlineData("""[{"AllocationId":"ID","ClientStatus":"running","TaskStates":{"main":{"Restarts":"many"}}}]""", "$[0].TaskStates.main.Restarts", "")]
    [InlineData("""[{"AllocationId":"ID","ClientStatus":"running","Health":{"Healthy":"yes"}}]""", "$[0].Health.Healthy", "")]
    public void What_cannot_be_read_is_named_with_its_place(string json, string place, string message)
    {
        var error = Assert.ThrowsAny<JsonException>(() => Read(json.Replace("ID", Id, StringComparison.Ordinal)));
        Assert.Equal(place, JsonPlace.Of(error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<AllocationReport> Read(string json) => JsonSerializer.Deserialize(json, ContractsJson.Default.IReadOnlyListAllocationReport)!;

    private static string Write(AllocationReport report) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes([report], ContractsJson.Default.IReadOnlyListAllocationReport));
}
