using Actors.Client.Allocations;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.Client.Tests;

public sealed class AllocationRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskState Pending = new();
    private static readonly TaskState Running = new() { State = TaskRunState.Running, StartedAt = Now };
    private static readonly TaskState Succeeded = new() { State = TaskRunState.Dead, StartedAt = Now };
    private static readonly TaskState Failed = new() { State = TaskRunState.Dead, Failed = true, StartedAt = Now };

    private static readonly TaskGroup Group = new()
    {
        Name = "group",
        Tasks = new[]
        {
            Task("init", "prestart"), Task("proxy", "prestart", sidecar: true), Task("main"), Task("helper"), Task("notify", "poststart"), Task("cleanup", "poststop"),
        }.ToEquatableList(),
    };

    [Fact]
    public void First_only_prestart_tasks_start() => Assert.Equal(["init", "proxy"], TaskCoordinator.MayStart(Group, States(), stopping: false));

    [Fact]
    public void Main_tasks_start_when_init_tasks_succeeded_and_sidecars_run()
    {
        Assert.DoesNotContain("main", TaskCoordinator.MayStart(Group, States(("init", Running), ("proxy", Running)), stopping: false));
        Assert.DoesNotContain("main", TaskCoordinator.MayStart(Group, States(("init", Succeeded)), stopping: false));
        Assert.Contains("main", TaskCoordinator.MayStart(Group, States(("init", Succeeded), ("proxy", Running)), stopping: false));
    }

    [Fact]
    public void Poststart_tasks_start_when_all_main_tasks_have_started()
    {
        Assert.DoesNotContain("notify", TaskCoordinator.MayStart(Group, States(("init", Succeeded), ("proxy", Running), ("main", Running)), stopping: false));
        Assert.Contains("notify", TaskCoordinator.MayStart(Group, States(("init", Succeeded), ("proxy", Running), ("main", Running), ("helper", Running)), stopping: false));
    }

    [Fact]
    public void Poststop_tasks_start_when_all_others_are_over()
    {
        var over = States(("init", Succeeded), ("proxy", Succeeded), ("main", Failed), ("helper", Succeeded), ("notify", Succeeded));

        Assert.Equal(["cleanup"], TaskCoordinator.MayStart(Group, over, stopping: true));
        Assert.Empty(TaskCoordinator.MayStart(Group, States(("main", Running)), stopping: true));
    }

    [Fact]
    public void A_failed_task_stops_its_siblings() =>
        Assert.Equal(TaskEventTypes.SiblingFailed, TaskCoordinator.MustStop(Group, States(("main", Failed), ("helper", Running)))?.EventType);

    [Fact]
    public void Sidecars_stop_when_all_main_tasks_are_over()
    {
        Assert.Null(TaskCoordinator.MustStop(Group, States(("init", Succeeded), ("proxy", Running), ("main", Succeeded), ("helper", Running))));
        Assert.NotNull(TaskCoordinator.MustStop(Group, States(("init", Succeeded), ("proxy", Running), ("main", Succeeded), ("helper", Succeeded))));
    }

    [Fact]
    public void The_leader_stops_first_and_sidecars_last()
    {
        var group = Group with { Tasks = Group.Tasks.Map(t => t.Name == "helper" ? t with { Leader = true } : t) };

        Assert.Equal(["helper", "init,main,notify", "proxy"], TaskCoordinator.StopOrder(group).Select(wave => string.Join(',', wave)));
    }

    [Theory]
    [InlineData("service", null, true)]
    [InlineData("system", null, true)]
    [InlineData("batch", null, false)]
    [InlineData("service", "prestart", false)]
    [InlineData("batch", "prestart-sidecar", true)]
    public void Only_what_should_run_for_ever_is_started_again_after_success(string type, string? hook, bool again)
    {
        var task = hook is null ? Task("t") : Task("t", hook.Replace("-sidecar", ""), hook.EndsWith("sidecar"));

        Assert.Equal(again, TaskCoordinator.RestartsOnSuccess(new Job { Type = type }, task));
    }

    [Fact]
    public void An_allocation_is_what_its_tasks_make_it()
    {
        Assert.Equal(AllocationClientStatus.Pending, TaskStates.ClientStatus([Pending, Succeeded]));
        Assert.Equal(AllocationClientStatus.Running, TaskStates.ClientStatus([Running, Pending, Succeeded]));
        Assert.Equal(AllocationClientStatus.Failed, TaskStates.ClientStatus([Running, Failed]));
        Assert.Equal(AllocationClientStatus.Complete, TaskStates.ClientStatus([Succeeded, Succeeded]));
    }

    [Fact]
    public void A_task_keeps_its_latest_ten_events()
    {
        var state = new TaskState();
        for (var i = 0; i < 15; i++) state = state.With(new TaskEvent(TaskEventTypes.Driver, Now, $"{i}"));

        Assert.Equal(Enumerable.Range(5, 10).Select(i => $"{i}"), state.Events.Select(e => e.DisplayMessage));
    }

    [Fact]
    public void Health_needs_all_tasks_to_run_for_the_whole_time_without_a_break()
    {
        var rules = new HealthRules(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), UseChecks: true);
        var group = new TaskGroup { Name = "g", Tasks = new[] { Task("a") }.ToEquatableList() };
        var states = new Dictionary<string, TaskState> { ["a"] = Running };

        var (tracker, healthy, again) = new HealthTracker(Now, null).Judge(rules, group, states, checksPass: true, Now.AddSeconds(1));
        Assert.Equal((null, Now.AddSeconds(11)), (healthy, again));
        (tracker, healthy, _) = tracker.Judge(rules, group, states, checksPass: false, Now.AddSeconds(5));
        Assert.Null(healthy);
        (tracker, healthy, again) = tracker.Judge(rules, group, states, checksPass: true, Now.AddSeconds(6));
        Assert.Equal((null, Now.AddSeconds(16)), (healthy, again));
        (_, healthy, _) = tracker.Judge(rules, group, states, checksPass: true, Now.AddSeconds(16));
        Assert.True(healthy);
    }

    [Fact]
    public void An_allocation_that_is_not_well_by_its_deadline_or_failed_is_unhealthy()
    {
        var rules = new HealthRules(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), UseChecks: false);
        var group = new TaskGroup { Name = "g", Tasks = new[] { Task("a") }.ToEquatableList() };

        Assert.False(new HealthTracker(Now, null).Judge(rules, group, new Dictionary<string, TaskState> { ["a"] = Pending }, true, Now.AddSeconds(60)).Healthy);
        Assert.False(new HealthTracker(Now, null).Judge(rules, group, new Dictionary<string, TaskState> { ["a"] = Failed }, true, Now.AddSeconds(1)).Healthy);
        Assert.Null(new HealthTracker(Now, null).Judge(rules, group, new Dictionary<string, TaskState> { ["a"] = Pending }, true, Now.AddSeconds(59)).Healthy);
    }

    [Fact]
    public void A_deployment_asks_for_health_by_the_update_block_and_a_migration_by_the_migrate_block()
    {
        var group = new TaskGroup
        {
            Name = "g",
            Update = new UpdateStrategy { MinHealthyTime = TimeSpan.FromSeconds(3), HealthyDeadline = TimeSpan.FromSeconds(30), HealthCheck = "manual" },
            Migrate = new MigrateStrategy { MinHealthyTime = TimeSpan.FromSeconds(7), HealthyDeadline = TimeSpan.FromSeconds(70), HealthCheck = "task_states" },
        };
        var job = new Job { Id = "j", TaskGroups = [group] };

        Assert.Null(HealthRules.For(job, group, inDeployment: true));
        Assert.Equal(new HealthRules(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(70), UseChecks: false), HealthRules.For(job, group, inDeployment: false));
        Assert.Null(HealthRules.For(job with { Type = JobTypes.Batch }, group, inDeployment: false));
    }

    private static JobTask Task(string name, string? hook = null, bool sidecar = false) =>
        new() { Name = name, Lifecycle = hook is null ? null : new TaskLifecycle { Hook = hook, Sidecar = sidecar } };

    private static Dictionary<string, TaskState> States(params (string Task, TaskState State)[] given)
    {
        var states = Group.Tasks.ToDictionary(t => t.Name, _ => Pending);
        foreach (var (task, state) in given) states[task] = state;
        return states;
    }
}
