using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>What callers ask a client over the link, and what they get.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private TestClient _client = null!;
    private AllocationId _allocation;

    public async Task InitializeAsync()
    {
        _client = await TestClient.StartAsync();
        await Run("echo content >$NOMAD_TASK_DIR/file.txt; echo hidden >$NOMAD_SECRETS_DIR/key; ln -s /etc/passwd $NOMAD_TASK_DIR/link; ln -s ../local/file.txt $NOMAD_TASK_DIR/good; mkfifo $NOMAD_TASK_DIR/pipe; echo one; echo two; echo oops >&2; trap 'echo hup' HUP; while :; do sleep 0.05; done");
        await TestClient.Until(() => _client.LogOf(_allocation, "main").Contains("two") && _client.LogOf(_allocation, "main", "stderr").Contains("oops"), "the task's output");
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task A_log_can_be_had_plain_and_from_an_offset_on_either_side()
    {
        Assert.Equal("one\ntwo\n", await Text(StreamMethods.Logs, Logs()));
        Assert.Equal("two\n", await Text(StreamMethods.Logs, Logs() with { Offset = 4 }));
        Assert.Equal("o\n", await Text(StreamMethods.Logs, Logs() with { Offset = 2, Origin = "end" }));
        Assert.Equal("oops\n", await Text(StreamMethods.Logs, Logs() with { Type = "stderr" }));
    }

    [Fact]
    public async Task A_log_comes_in_Nomads_frames()
    {
        var frame = JsonDocument.Parse(await Text(StreamMethods.Logs, Logs() with { Plain = false })).RootElement;

        Assert.Equal("alloc/logs/main.stdout.0", frame.GetProperty("File").GetString());
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(frame.GetProperty("Data").GetBytesFromBase64()));
        Assert.Equal(8, frame.GetProperty("Offset").GetInt64());
    }

    [Fact]
    public async Task A_followed_log_goes_on_with_what_the_task_writes_until_the_caller_leaves()
    {
        var following = _client.Server.AskAsync(StreamMethods.Logs, Logs() with { Follow = true }, data => Encoding.UTF8.GetString(data).Contains("hup"));
        Assert.Equal(200, (await _client.Server.AskAsync(StreamMethods.Signal, new AllocationArguments { AllocationId = _allocation, Task = "main", Signal = "SIGHUP" })).Status);

        Assert.Equal("one\ntwo\nhup\n", Encoding.UTF8.GetString((await following).Data));
    }

    [Fact]
    public async Task A_followed_log_ends_with_its_allocation()
    {
        var following = _client.Server.AskAsync(StreamMethods.Logs, Logs() with { Follow = true });
        _client.Server.Stop(_allocation);

        Assert.Equal((200, "one\ntwo\n"), ((await following).Status, Encoding.UTF8.GetString((await following).Data)));
    }

    [Fact]
    public async Task A_large_answer_comes_whole_through_the_window_of_credits()
    {
        var large = new byte[3_000_000];
        Random.Shared.NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(Directory(), "main", "local", "large"), large);

        var answer = await _client.Server.AskAsync(StreamMethods.Cat, Files("/main/local/large"));

        Assert.Equal(200, answer.Status);
        Assert.True(large.AsSpan().SequenceEqual(answer.Data));
    }

    [Fact]
    public async Task Files_can_be_listed_described_and_read_in_part()
    {
        var entries = JsonDocument.Parse(await Text(StreamMethods.List, Files("/"))).RootElement.EnumerateArray().ToList();
        var stat = JsonDocument.Parse(await Text(StreamMethods.Stat, Files("main/local/file.txt"))).RootElement;

        Assert.Equal(["alloc", "main"], entries.Select(e => e.GetProperty("Name").GetString()));
        Assert.All(entries, e => Assert.True(e.GetProperty("IsDir").GetBoolean()));
        Assert.Equal(("file.txt", 8L, false), (stat.GetProperty("Name").GetString(), stat.GetProperty("Size").GetInt64(), stat.GetProperty("IsDir").GetBoolean()));
        Assert.StartsWith("-rw", stat.GetProperty("FileMode").GetString());
        Assert.Equal("content\n", await Text(StreamMethods.Cat, Files("main/local/file.txt")));
        Assert.Equal("nte", await Text(StreamMethods.ReadAt, Files("main/local/file.txt") with { Offset = 2, Limit = 3 }));
        Assert.Equal("content\n", await Text(StreamMethods.Cat, Files("main/local/good")));
    }

    [Theory]
    [InlineData("../../client/state.db", 400)]
    [InlineData("/main/../../../etc/passwd", 400)]
    [InlineData("main/local/link", 400)]
    [InlineData("main/secrets/key", 403)]
    [InlineData("main/local/../secrets/key", 403)]
    [InlineData(".control/main/run", 404)]
    [InlineData("main/local/nothing", 404)]
    [InlineData("main/local/pipe", 400)]
    public async Task What_is_outside_or_private_or_not_there_is_refused(string path, int status) =>
        Assert.Equal(status, (await _client.Server.AskAsync(StreamMethods.Cat, Files(path))).Status);

    [Theory]
    [InlineData("ln -s /etc/passwd")]
    [InlineData("mkfifo")]
    public async Task What_is_no_log_is_not_shown_as_one_by_whatever_name_the_task_gives_it(string make)
    {
        var job = Given.Batch(Given.Shell("main", $"echo one; {make} $NOMAD_ALLOC_DIR/logs/main.stdout.1"));
        var allocation = Given.Allocation(job);
        _client.Server.Want(allocation, job);
        await _client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("one\n", await Text(StreamMethods.Logs, Logs() with { AllocationId = allocation.Id }));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_the_reason()
    {
        Assert.Equal((404, true), await Refused(StreamMethods.Logs, Logs() with { Task = "nobody" }, "its tasks are main"));
        Assert.Equal((400, true), await Refused(StreamMethods.Logs, Logs() with { Type = "stdin" }, "\"stdout\" or \"stderr\""));
        Assert.Equal((400, true), await Refused(StreamMethods.Logs, Logs() with { Origin = "middle" }, "\"start\" or \"end\""));
        Assert.Equal((400, true), await Refused(StreamMethods.Logs, Logs() with { Offset = -1 }, "found -1"));
        Assert.Equal((404, true), await Refused(StreamMethods.Logs, Logs() with { AllocationId = AllocationId.From(Guid.NewGuid()) }, "no allocation"));
        Assert.Equal((400, true), await Refused("fs.delete", Logs(), "no method"));
        Assert.Equal((400, true), await Refused(StreamMethods.Signal, new AllocationArguments { AllocationId = _allocation, Signal = "SIGNOPE" }, "no signal"));
        Assert.Equal((400, true), await Refused(StreamMethods.CollectAllocation, new AllocationArguments { AllocationId = _allocation }, "has not ended"));
    }

    [Fact]
    public async Task Usage_is_told_per_task_and_in_all()
    {
        var usage = JsonDocument.Parse(await Text(StreamMethods.AllocationStats, new AllocationArguments { AllocationId = _allocation })).RootElement;

        Assert.True(usage.GetProperty("Tasks").GetProperty("main").GetProperty("ResourceUsage").GetProperty("MemoryStats").GetProperty("RSS").GetInt64() > 0);
        Assert.True(usage.GetProperty("ResourceUsage").GetProperty("MemoryStats").GetProperty("Usage").GetInt64() > 0);
        var host = JsonDocument.Parse(await Text(StreamMethods.HostStats, new AllocationArguments { AllocationId = _allocation })).RootElement;
        Assert.Equal(Environment.ProcessorCount, host.GetProperty("CPU").GetArrayLength());
        Assert.True(host.GetProperty("Memory").GetProperty("Total").GetInt64() > 0);
    }

    [Fact]
    public async Task A_restart_that_is_asked_for_gives_a_new_process_and_is_not_counted_by_the_policy()
    {
        var pid = _client.PidOf(_allocation, "main");

        Assert.Equal(200, (await _client.Server.AskAsync(StreamMethods.Restart, new AllocationArguments { AllocationId = _allocation })).Status);

        var report = await TestClient.Until(
            () => _client.Server.Latest[_allocation] is { ClientStatus: AllocationClientStatus.Running } r && r.TaskStates["main"].Restarts == 1 ? r : null, "the restart");
        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.RestartSignaled);
        Assert.NotEqual(pid, _client.PidOf(_allocation, "main"));
    }

    [Fact]
    public async Task An_ended_allocation_can_be_collected()
    {
        _client.Server.Stop(_allocation);
        await _client.Until(_allocation, AllocationClientStatus.Complete);
        await TestClient.Until(() => _client.Server.AskAsync(StreamMethods.CollectAllocation, new AllocationArguments { AllocationId = _allocation }).Result.Status is 200 or 404, "the collection");

        await TestClient.Until(() => !System.IO.Directory.Exists(Directory()), "the directory to go");
    }

    private async Task Run(string script)
    {
        var job = Given.Job(Given.Shell("main", script));
        var allocation = Given.Allocation(job);
        _allocation = allocation.Id;
        _client.Server.Want(allocation, job);
        await _client.Until(allocation.Id, AllocationClientStatus.Running);
    }

    private string Directory() => Path.Combine(_client.Data, "alloc", _allocation.ToString());

    private LogsArguments Logs() => new() { AllocationId = _allocation, Task = "main", Plain = true };

    private FileArguments Files(string path) => new() { AllocationId = _allocation, Path = path };

    private async Task<string> Text(string method, object arguments)
    {
        var answer = await _client.Server.AskAsync(method, arguments);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Error}");
        return Encoding.UTF8.GetString(answer.Data);
    }

    private async Task<(int Status, bool Named)> Refused(string method, object arguments, string reason)
    {
        var answer = await _client.Server.AskAsync(method, arguments);
        return (answer.Status, answer.Error.Contains(reason));
    }
}
