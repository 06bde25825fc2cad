using System.Text.Json.Nodes;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>The order in which the tasks of an allocation live, from the first start to the last stop.</summary>
public sealed class TaskLifeTests
{
    private const string Forever = "trap 'exit 0' TERM; while :; do sleep 0.02; done";

    private static readonly TaskLifecycle Sidecar = new() { Hook = "prestart", Sidecar = true };

    [Fact]
    public async Task A_restart_of_an_allocation_stops_the_leader_first_and_sidecars_last_and_starts_in_the_order_of_the_lifecycle()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(
            Given.Shell("after", Forever) with { Lifecycle = new TaskLifecycle { Hook = "poststart", Sidecar = true } },
            Given.Shell("other", Forever),
            Given.Shell("leader", Forever) with { Leader = true },
            Given.Shell("side", Forever) with { Lifecycle = Sidecar },
            Given.Shell("init", "echo init >>$NOMAD_ALLOC_DIR/data/order") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await Runs(client, allocation, "side", "leader", "other", "after");

        var (status, error, _) = await client.Server.AskAsync(StreamMethods.Restart, new AllocationArguments { AllocationId = allocation.Id });
        Assert.True(status == 200, error);
        var report = await Restarted(client, allocation, "side", "leader", "other", "after");

        Assert.True(At(report, "leader", TaskEventTypes.Terminated) <= At(report, "other", TaskEventTypes.Killing), Story(report));
        Assert.True(At(report, "other", TaskEventTypes.Terminated) <= At(report, "side", TaskEventTypes.Killing), Story(report));
        Assert.True(At(report, "side", TaskEventTypes.Terminated) <= At(report, "side", TaskEventTypes.Started), Story(report));
        Assert.True(At(report, "after", TaskEventTypes.Terminated) <= At(report, "side", TaskEventTypes.Started), Story(report));
        Assert.True(At(report, "side", TaskEventTypes.Started) <= At(report, "leader", TaskEventTypes.TaskSetup), Story(report));
        Assert.True(At(report, "leader", TaskEventTypes.Started) <= At(report, "after", TaskEventTypes.TaskSetup), Story(report));
        Assert.Equal(["init"], Order(client, allocation));
    }

    [Fact]
    public async Task A_restart_of_all_tasks_runs_those_that_have_ended_again_before_the_main_task()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(
            Given.Shell("main", "echo main >>$NOMAD_ALLOC_DIR/data/order; " + Forever),
            Given.Shell("init", "echo init >>$NOMAD_ALLOC_DIR/data/order") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await TestClient.Until(() => Order(client, allocation).Length == 2, "both to run");

        await client.Server.AskAsync(StreamMethods.Restart, new AllocationArguments { AllocationId = allocation.Id, AllTasks = true });

        await TestClient.Until(() => Order(client, allocation).Length == 4, "both to run again");
        Assert.Equal(["init", "main", "init", "main"], Order(client, allocation));
        var report = await client.Until(allocation.Id, AllocationClientStatus.Running);
        Assert.Contains(report.TaskStates["init"].Events, e => e.Type == TaskEventTypes.RestartSignaled && e.DisplayMessage == "User requested all tasks to restart");
    }

    [Fact]
    public async Task A_restart_waits_for_the_shutdown_delay_as_a_stop_does()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(Given.Shell("main", Forever) with { ShutdownDelay = TimeSpan.FromMilliseconds(200) });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await Runs(client, allocation, "main");

        await client.Server.AskAsync(StreamMethods.Restart, new AllocationArguments { AllocationId = allocation.Id, Task = "main" });
        var report = await Restarted(client, allocation, "main");

        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.WaitingForShutdownDelay && e.DisplayMessage.Contains("200ms"));
        Assert.True(At(report, "main", TaskEventTypes.Terminated) - At(report, "main", TaskEventTypes.WaitingForShutdownDelay) >= TimeSpan.FromMilliseconds(190), Story(report));
    }

    [Fact]
    public async Task A_task_that_ignores_its_signal_is_killed_when_its_kill_timeout_is_over_and_its_story_says_so()
    {
        await using var client = await TestClient.StartAsync(o => o with { MaxKillTimeout = TimeSpan.FromMilliseconds(300) });
        var job = Given.Job(Given.Shell("main", "trap '' TERM; echo ready; while :; do sleep 0.02; done") with { KillTimeout = TimeSpan.FromMinutes(1) });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await TestClient.Until(() => client.LogOf(allocation.Id, "main") == "ready\n", "the task to ignore its signal");

        client.Server.Stop(allocation.Id);
        var report = await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.Killing && e.DisplayMessage.Contains("Waiting 300ms before force killing"));
        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.Terminated && e.DisplayMessage.Contains("Signal: 9"));
        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.Killed);
    }

    [Fact]
    public async Task A_driver_that_hangs_in_start_holds_up_neither_the_other_tasks_of_the_machine_nor_the_end_of_its_own()
    {
        await using var client = await TestClient.StartAsync(o => o with
        {
            DriverAllowList = ["raw_exec", "mock_driver"],
            DriverOptions = new Dictionary<string, JsonObject> { ["mock_driver"] = new() { ["enabled"] = true } },
        });
        var hanging = Given.Job(new JobTask { Name = "main", Driver = "mock_driver", Config = EquatableMap.Of(("start_block_for", ConfigValue.Of("1h"))) });
        var stuck = Given.Allocation(hanging);
        client.Server.Want(stuck, hanging);
        var job = Given.Batch(Given.Shell("main", "true")) with { Id = "other" };
        var other = Given.Allocation(job);
        client.Server.Want(other, job);
        await client.Until(other.Id, AllocationClientStatus.Complete);
        await client.Until(stuck.Id, AllocationClientStatus.Pending);

        client.Server.Stop(stuck.Id);

        await client.Until(stuck.Id, AllocationClientStatus.Complete);
    }

    [Fact]
    public async Task An_allocation_that_is_out_of_time_is_complete_and_its_poststop_task_does_not_run()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Batch(
            Given.Shell("main", Forever),
            Given.Shell("last", "echo last >>$NOMAD_ALLOC_DIR/data/order") with { Lifecycle = new TaskLifecycle { Hook = "poststop" } })
            .With(g => g with { MaxRunDuration = TimeSpan.FromMilliseconds(500) });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);

        var report = await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("allocation exceeded max_run_duration", report.ClientDescription);
        Assert.Contains(report.TaskStates["main"].Events, e => e.Type == TaskEventTypes.Killing && e.DisplayMessage.Contains("max_run_duration"));
        Assert.Empty(Order(client, allocation));
    }

    [Fact]
    public async Task The_time_without_an_agent_counts_against_max_run_duration()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Batch(Given.Shell("main", Forever)).With(g => g with { MaxRunDuration = TimeSpan.FromHours(1) });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);
        await client.DropAsync();
        File.WriteAllText(Path.Combine(client.Data, "alloc", allocation.Id.ToString(), ".control", "began"), DateTimeOffset.UtcNow.AddHours(-2).ToString("O"));

        await client.StartAgainAsync();

        Assert.Equal("allocation exceeded max_run_duration", (await client.Until(allocation.Id, AllocationClientStatus.Complete)).ClientDescription);
    }

    [Fact]
    public async Task After_a_reboot_a_prestart_task_runs_again_before_the_main_task()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(
            Given.Shell("main", "echo main >>$NOMAD_ALLOC_DIR/data/order; " + Forever),
            Given.Shell("init", "echo init >>$NOMAD_ALLOC_DIR/data/order") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await TestClient.Until(() => Order(client, allocation).Length == 2, "both to run");
        await Runs(client, allocation, "main");
        var pid = client.PidOf(allocation.Id, "main");
        await client.DropAsync();
        // What a reboot does, as far as a client can tell: nothing runs any more, and the kernel has another boot id.
        System.Diagnostics.Process.GetProcessById(pid).Kill();
        File.WriteAllText(Path.Combine(client.Data, "alloc", allocation.Id.ToString(), ".control", "boot"), "another");

        await client.StartAgainAsync();
        await TestClient.Until(() => Order(client, allocation).Length == 4, "both to run again");

        Assert.Equal(["init", "main", "init", "main"], Order(client, allocation));
    }

    [Fact]
    public async Task A_sidecar_that_is_not_one_any_more_by_an_update_in_place_ends_and_lets_the_main_task_start()
    {
        await using var client = await TestClient.StartAsync();
        var init = Given.Shell("init", "sleep 0.1") with { Lifecycle = Sidecar };
        var job = Given.Job(Given.Shell("main", Forever), init);
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await TestClient.Until(() => client.Server.Latest.GetValueOrDefault(allocation.Id)?.TaskStates["init"].Restarts > 0, "the sidecar to restart");

        client.Server.Want(allocation with { JobVersion = 1 }, Given.Job(Given.Shell("main", Forever), init with { Lifecycle = new TaskLifecycle { Hook = "prestart" } }) with { Version = 1 });

        await TestClient.Until(() => client.Server.Latest[allocation.Id].TaskStates is var s && s["init"].Successful && s["main"].State == TaskRunState.Running, "the prestart task to end and the main task to run");
    }

    private static Task Runs(TestClient client, Allocation allocation, params string[] tasks) => TestClient.Until(
        () => client.Server.Latest.GetValueOrDefault(allocation.Id) is { } report && tasks.All(t => report.TaskStates[t].State == TaskRunState.Running), "the tasks to run");

    private static Task<AllocationReport> Restarted(TestClient client, Allocation allocation, params string[] tasks) => TestClient.Until(
        () => client.Server.Latest.GetValueOrDefault(allocation.Id) is { } report && tasks.All(t => report.TaskStates[t] is { State: TaskRunState.Running, Restarts: 1 }) ? report : null,
        "the tasks to run again", () => client.Server.Latest.GetValueOrDefault(allocation.Id));

    private static DateTimeOffset At(AllocationReport report, string task, string type) => report.TaskStates[task].Events.Last(e => e.Type == type).At;

    private static string Story(AllocationReport report) =>
        string.Join("\n", report.TaskStates.SelectMany(t => t.Value.Events.Select(e => (e.At, $"{e.At:HH:mm:ss.ffffff} {t.Key}: {e.Type}: {e.DisplayMessage}"))).OrderBy(e => e.At).Select(e => e.Item2));

    private static string[] Order(TestClient client, Allocation allocation)
    {
        var file = Path.Combine(client.Data, "alloc", allocation.Id.ToString(), "alloc", "data", "order");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }
}
