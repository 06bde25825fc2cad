using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.State.Jobs;
using Xunit;

namespace Actors.State.Tests;

public sealed class JobSpecs
{
    private readonly TestRegion region = new();
    private static readonly JobId Web = new("default", "web");

    [Fact]
    public void Registering_makes_version_0_and_an_evaluation()
    {
        var reply = region.Register(TestRegion.NewJob());

        var job = region.State.FindJob(Web)!.Job;
        Assert.Equal((0ul, 1ul, 1ul, 1ul), (job.Version, job.CreateIndex, job.ModifyIndex, job.JobModifyIndex));
        Assert.Equal(JobStatuses.Pending, job.Status);
        Assert.Equal((1ul, 1ul), (reply.Index, reply.JobModifyIndex));
        var evaluation = region.State.FindEvaluation(reply.EvaluationId!.Value)!;
        Assert.Equal((EvaluationStatus.Pending, "job-register", 1ul, 1ul), (evaluation.Status, evaluation.TriggeredBy, evaluation.CreateIndex, evaluation.JobModifyIndex));
    }

    [Fact]
    public void Registering_the_same_again_makes_an_evaluation_but_no_version()
    {
        region.Register(TestRegion.NewJob());
        var again = region.Register(TestRegion.NewJob());

        Assert.Equal((2ul, 1ul), (again.Index, again.JobModifyIndex));
        Assert.Equal(0ul, region.State.FindJob(Web)!.Job.Version);
        Assert.Equal(2, region.State.EvaluationsOfJob(Web).Count);
    }

    [Fact]
    public void Registering_something_else_makes_the_next_version_and_keeps_the_last()
    {
        region.Register(TestRegion.NewJob());
        region.Register(TestRegion.NewJob(count: 3));

        var state = region.State.FindJob(Web)!;
        Assert.Equal((1ul, 1ul, 2ul, 2ul), (state.Job.Version, state.Job.CreateIndex, state.Job.ModifyIndex, state.Job.JobModifyIndex));
        Assert.Equal([1ul, 0ul], state.Versions.Select(v => v.Version));
        Assert.Equal(1, region.State.FindJobVersion(Web, 0)!.TaskGroups[0].Count);
    }

    [Fact]
    public void What_the_servers_keep_about_a_job_is_not_the_callers_to_set()
    {
        region.Register(TestRegion.NewJob() with { Version = 7, Stable = true, Status = "dead", CreateIndex = 99, JobModifyIndex = 99, SubmitTime = 1, VersionTag = new JobVersionTag { Name = "mine" } });

        var job = region.State.FindJob(Web)!.Job;
        Assert.Equal((0ul, 1ul, 1ul, "pending"), (job.Version, job.CreateIndex, job.JobModifyIndex, job.Status));
        Assert.False(job.Stable);
        Assert.Null(job.VersionTag);
        Assert.Equal(1767225600_000_000_000, job.SubmitTime);
    }

    [Theory]
    [InlineData(0ul, "Enforcing job modify index 0: job already exists")]
    [InlineData(5ul, "Enforcing job modify index 5: job exists with conflicting job modify index: 1")]
    public void An_enforced_index_that_is_not_the_jobs_is_refused(ulong enforced, string message)
    {
        region.Register(TestRegion.NewJob());
        var refused = Refused(new RegisterJob(region.Context(), Web, TestRegion.NewJob(count: 2), enforced));
        Assert.Equal((RefusalKind.Conflict, message), (refused.Kind, refused.Message));
    }

    [Fact]
    public void An_enforced_index_of_a_job_that_does_not_exist_is_refused() =>
        Assert.Equal("Enforcing job modify index 3: job does not exist", Refused(new RegisterJob(region.Context(), Web, TestRegion.NewJob(), 3)).Message);

    [Fact]
    public void An_enforced_index_that_is_the_jobs_is_accepted()
    {
        region.Register(TestRegion.NewJob(), enforceIndex: 0);
        Assert.Equal(2ul, region.Register(TestRegion.NewJob(count: 2), enforceIndex: 1).JobModifyIndex);
    }

    [Fact]
    public void A_jobs_type_can_not_change()
    {
        region.Register(TestRegion.NewJob());
        var refused = Refused(new RegisterJob(region.Context(), Web, TestRegion.NewJob(type: JobTypes.Batch)));
        Assert.Equal((RefusalKind.Invalid, "cannot update job from type \"service\" to \"batch\""), (refused.Kind, refused.Message));
    }

    [Fact]
    public void A_job_can_not_become_periodic_or_parameterized_or_cease_to_be()
    {
        var plain = TestRegion.NewJob("a", JobTypes.Batch);
        var periodic = TestRegion.NewJob("b", JobTypes.Batch) with { Periodic = new PeriodicConfig { Specs = ["@daily"] } };
        var parameterized = TestRegion.NewJob("c", JobTypes.Batch) with { ParameterizedJob = new ParameterizedJobConfig() };
        foreach (var job in new[] { plain, periodic, parameterized }) region.Register(job);

        Assert.Contains("to being periodic", Refused(plain with { Periodic = periodic.Periodic }).Message, StringComparison.Ordinal);
        Assert.Contains("to being non-periodic", Refused(periodic with { Periodic = null }).Message, StringComparison.Ordinal);
        Assert.Contains("to being parameterized", Refused(plain with { ParameterizedJob = parameterized.ParameterizedJob }).Message, StringComparison.Ordinal);
        Assert.Contains("to being non-parameterized", Refused(parameterized with { ParameterizedJob = null }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Periodic_and_parameterized_jobs_run_from_the_start_and_are_not_evaluated()
    {
        var periodic = region.Register(TestRegion.NewJob("b", JobTypes.Batch) with { Periodic = new PeriodicConfig { Specs = ["@daily"] } });
        var parameterized = region.Register(TestRegion.NewJob("c", JobTypes.Batch) with { ParameterizedJob = new ParameterizedJobConfig() });

        Assert.Null(periodic.EvaluationId);
        Assert.Null(parameterized.EvaluationId);
        Assert.All(region.State.Jobs, job => Assert.Equal(JobStatuses.Running, job.Job.Status));
        Assert.Equal(RefusalKind.Invalid, Refused(new EvaluateJob(region.Context(), new JobId("default", "b"), false)).Kind);
    }

    [Fact]
    public void Counts_can_be_preserved()
    {
        region.Register(TestRegion.NewJob(count: 5));
        region.Send(new RegisterJob(region.Context(), Web, TestRegion.NewJob(count: 1) with { Priority = 70 }, PreserveCounts: true));
        var job = region.State.FindJob(Web)!.Job;
        Assert.Equal((1ul, 70, 5), (job.Version, job.Priority, job.TaskGroups[0].Count));
    }

    [Fact]
    public void A_retry_with_the_same_request_id_is_answered_again_and_changes_nothing()
    {
        var command = new RegisterJob(region.Context("once"), Web, TestRegion.NewJob());
        var first = (JobChanged)region.Send(command);
        region.Register(TestRegion.NewJob(count: 9));
        var before = region.State;

        var second = (JobChanged)region.Send(command);

        Assert.Equal((first.Index, first.JobModifyIndex, first.EvaluationId), (second.Index, second.JobModifyIndex, second.EvaluationId));
        Assert.Same(before, region.State);
    }

    [Fact]
    public void Six_versions_are_kept_and_the_latest_stable_and_tagged_ones_beyond()
    {
        for (var count = 1; count <= 3; count++) region.Register(TestRegion.NewJob(count: count));
        region.Send(new SetJobStability(region.Context(), Web, 1, true));
        Finish();
        for (var count = 4; count <= 12; count++)
        {
            region.Register(TestRegion.NewJob(count: count));
            Finish();
        }

        Assert.Equal([11ul, 10, 9, 8, 7, 1], region.State.FindJob(Web)!.Versions.Select(v => v.Version));
        Assert.Null(region.State.FindJobVersion(Web, 5));
    }

    [Fact]
    public void A_version_that_is_no_longer_listed_is_found_while_allocations_run_it()
    {
        var node = region.AddNode();
        var allocation = Assert.Single(region.Run(TestRegion.NewJob(), node));
        for (var count = 2; count <= 9; count++)
        {
            region.Register(TestRegion.NewJob(count: count));
            Finish();
        }

        Assert.Null(region.State.FindJob(Web)!.FindVersion(0));
        Assert.NotNull(region.State.FindJobVersion(Web, 0));

        region.Report(allocation, AllocationClientStatus.Complete);
        Finish();
        var ended = region.State.EvaluationsOfJob(Web).Select(e => e.Id).ToArray();
        region.Write(new StateCollected(0, ended, [allocation.Id], [], region.Now));
        Assert.Null(region.State.FindAllocation(allocation.Id));
        Assert.Null(region.State.FindJobVersion(Web, 0));
    }

    [Fact]
    public void Stopping_is_a_new_version_with_an_evaluation_and_starting_another_one()
    {
        region.Register(TestRegion.NewJob());
        var stopped = (JobChanged)region.Send(new DeregisterJob(region.Context(), Web, Purge: false));

        var job = region.State.FindJob(Web)!.Job;
        Assert.True(job.Stop);
        Assert.Equal((1ul, 2ul), (job.Version, job.JobModifyIndex));
        Assert.Equal("job-deregister", region.State.FindEvaluation(stopped.EvaluationId!.Value)!.TriggeredBy);

        region.Register(TestRegion.NewJob());
        Assert.Equal((2ul, null), (region.State.FindJob(Web)!.Job.Version, region.State.FindJob(Web)!.Job.Stop));
    }

    [Fact]
    public void Stopping_a_stopped_job_is_no_new_version()
    {
        region.Register(TestRegion.NewJob());
        region.Send(new DeregisterJob(region.Context(), Web, Purge: false));
        var again = (JobChanged)region.Send(new DeregisterJob(region.Context(), Web, Purge: false));
        Assert.Equal((3ul, 2ul), (again.Index, again.JobModifyIndex));
        Assert.NotNull(again.EvaluationId);
        Assert.Equal(1ul, region.State.FindJob(Web)!.Job.Version);
    }

    [Fact]
    public void A_job_that_does_not_exist_is_not_found()
    {
        IRegionCommand[] commands =
        [
            new DeregisterJob(region.Context(), Web, false), new EvaluateJob(region.Context(), Web, false), new RevertJob(region.Context(), Web, 0),
            new SetJobStability(region.Context(), Web, 0, true), new ScaleJob(region.Context(), Web, "app", 1, ""),
        ];
        Assert.All(commands, c => Assert.Equal((RefusalKind.NotFound, "job \"web\" in namespace \"default\" not found"), (Refused(c).Kind, Refused(c).Message)));
    }

    [Fact]
    public void A_purged_job_is_hidden_at_once_and_vanishes_when_its_allocations_have_ended()
    {
        var allocation = Assert.Single(region.Run(TestRegion.NewJob(), region.AddNode()));
        var purge = (JobChanged)region.Send(new DeregisterJob(region.Context(), Web, Purge: true));

        Assert.Null(region.State.FindJob(Web));
        Assert.Empty(region.State.Jobs);
        Assert.Null(region.State.SummaryOf(Web));
        Assert.True(region.State.FindJobRecord(Web)!.Purged);
        Assert.NotNull(region.State.FindJobVersion(Web, 0));

        region.Write(region.PlanFor(purge.EvaluationId!.Value) with { Stops = [new AllocationStop(allocation.Id, "job is gone")] });
        Assert.NotNull(region.State.FindJobRecord(Web));
        region.Report(allocation, AllocationClientStatus.Complete);

        Assert.Null(region.State.FindJobRecord(Web));
        Assert.Equal((0L, 0ul), region.State.PositionOf(PersistenceIds.Of(Web)));
        Assert.Single(region.State.AllocationsOfJob(Web));
    }

    [Fact]
    public void A_job_can_be_registered_anew_while_its_purged_self_still_runs()
    {
        var old = Assert.Single(region.Run(TestRegion.NewJob(), region.AddNode()));
        region.Send(new DeregisterJob(region.Context(), Web, Purge: true));
        var anew = region.Register(TestRegion.NewJob(count: 2));

        var state = region.State.FindJob(Web)!;
        Assert.Equal(anew.Index, state.Job.CreateIndex);
        Assert.NotEqual(old.JobVersion, state.Job.Version);
        Assert.Empty(state.Earlier);
        Assert.Equal(1, region.State.FindJobVersion(Web, old.JobVersion)!.TaskGroups[0].Count);
    }

    [Fact]
    public void What_is_left_of_a_purged_job_is_not_counted_with_its_successor()
    {
        var node = region.AddNode();
        var old = region.Run(TestRegion.NewJob(count: 3), node);
        foreach (var allocation in old) region.Report(allocation, AllocationClientStatus.Running);
        region.Send(new DeregisterJob(region.Context(), Web, Purge: true));
        var successor = region.Run(TestRegion.NewJob(), node).Single();

        region.Report(old[0], AllocationClientStatus.Complete);
        region.Report(old[1], AllocationClientStatus.Failed);
        region.Report(successor, AllocationClientStatus.Running);

        Assert.Equal(default(GroupSummary) with { Running = 1 }, region.State.SummaryOf(Web)!.Groups["app"]);
    }

    [Fact]
    public void A_job_registered_anew_after_its_purged_self_ended_shares_no_version_with_what_that_left()
    {
        var old = Assert.Single(region.Run(TestRegion.NewJob(), region.AddNode()));
        var purge = (JobChanged)region.Send(new DeregisterJob(region.Context(), Web, Purge: true));
        region.Write(region.PlanFor(purge.EvaluationId!.Value) with { Stops = [new AllocationStop(old.Id, "job is gone")] });
        region.Report(old, AllocationClientStatus.Complete);

        var anew = TestRegion.NewJob();
        anew = anew with { TaskGroups = [anew.TaskGroups[0] with { Name = "other" }] };
        var evaluation = region.Register(anew).EvaluationId!.Value;
        region.Place(evaluation, [region.AddNode()], ("other", 0));

        Assert.Equal("other", Assert.Single(region.State.AllocationsOfJob(Web), a => a.Id != old.Id).TaskGroup);
        Assert.Equal("app", region.State.FindJobVersion(Web, old.JobVersion)!.TaskGroups[0].Name);
        Assert.Equal("other", region.State.FindJob(Web)!.Job.TaskGroups[0].Name);
    }

    [Fact]
    public void The_versions_of_a_job_begin_with_0_again_once_nothing_is_left_of_its_purged_self()
    {
        region.Register(TestRegion.NewJob());
        region.Send(new DeregisterJob(region.Context(), Web, Purge: true));
        foreach (var pending in region.State.EvaluationsOfJob(Web).Select(e => e.Id).ToArray()) region.Write(region.PlanFor(pending));

        region.Register(TestRegion.NewJob());

        Assert.Equal(0ul, region.State.FindJob(Web)!.Job.Version);
    }

    [Fact]
    public void A_purged_job_waits_for_an_evaluation_that_may_still_place_something()
    {
        var pending = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        region.Send(new DeregisterJob(region.Context(), Web, Purge: true));
        var node = region.AddNode();

        region.Place(pending, [node], ("app", 0));

        Assert.Equal(200, Assert.Single(region.State.AllocationsOfJob(Web)).Resources.TotalCpuMhz);
    }

    [Fact]
    public void Reverting_makes_a_new_version_that_says_what_the_old_one_said()
    {
        region.Register(TestRegion.NewJob(count: 1));
        region.Register(TestRegion.NewJob(count: 2));
        region.Send(new RevertJob(region.Context(), Web, 0));

        var job = region.State.FindJob(Web)!.Job;
        Assert.Equal((2ul, 1), (job.Version, job.TaskGroups[0].Count));
    }

    [Fact]
    public void Reverting_to_the_same_to_no_version_or_from_another_one_is_refused()
    {
        region.Register(TestRegion.NewJob(count: 1));
        region.Register(TestRegion.NewJob(count: 2));
        Assert.Equal(RefusalKind.Invalid, Refused(new RevertJob(region.Context(), Web, 1)).Kind);
        Assert.Equal(RefusalKind.NotFound, Refused(new RevertJob(region.Context(), Web, 9)).Kind);
        Assert.Equal("job default/web has version 1; enforcing version 0", Refused(new RevertJob(region.Context(), Web, 0, 0)).Message);
    }

    [Fact]
    public void Stability_marks_a_version_and_saying_it_twice_writes_nothing()
    {
        region.Register(TestRegion.NewJob());
        region.Send(new SetJobStability(region.Context(), Web, 0, true));
        Assert.True(region.State.FindJob(Web)!.Job.Stable);

        var before = region.State.Index;
        region.Send(new SetJobStability(region.Context(), Web, 0, true));
        Assert.Equal(before, region.State.Index);
    }

    [Theory]
    [InlineData("app", -1, "can't have count -1")]
    [InlineData("other", 1, "has no group \"other\": it has \"app\"")]
    [InlineData("app", 1, "group count was less than scaling policy minimum: 1 < 2")]
    [InlineData("app", 11, "group count was greater than scaling policy maximum: 11 > 10")]
    public void Scaling_out_of_bounds_is_refused(string group, int count, string message)
    {
        var job = TestRegion.NewJob(count: 2);
        region.Register(job with { TaskGroups = job.TaskGroups.Map(g => g with { Scaling = new ScalingPolicy { Min = 2, Max = 10 } }) });
        var refused = Refused(new ScaleJob(region.Context(), Web, group, count, "load"));
        Assert.Equal(RefusalKind.Invalid, refused.Kind);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scaling_makes_a_new_version_with_the_count()
    {
        region.Register(TestRegion.NewJob(count: 1));
        var scaled = (JobChanged)region.Send(new ScaleJob(region.Context(), Web, "app", 4, "load"));
        Assert.Equal((1ul, 4), (region.State.FindJob(Web)!.Job.Version, region.State.FindJob(Web)!.Job.TaskGroups[0].Count));
        Assert.Equal("job-scaling", region.State.FindEvaluation(scaled.EvaluationId!.Value)!.TriggeredBy);
    }

    [Fact]
    public void A_scaling_policy_keeps_its_id_over_versions()
    {
        var job = TestRegion.NewJob(count: 2);
        job = job with { TaskGroups = job.TaskGroups.Map(g => g with { Scaling = new ScalingPolicy { Min = 2, Max = 10 } }) };
        region.Register(job);
        var id = region.State.FindJob(Web)!.Job.TaskGroups[0].Scaling!.Id;
        Assert.NotEmpty(id);

        Assert.Equal(1ul, region.Register(job).JobModifyIndex);
        region.Register(job with { Priority = 60 });
        Assert.Equal(id, region.State.FindJob(Web)!.Job.TaskGroups[0].Scaling!.Id);
    }

    [Fact]
    public void Status_follows_allocations_and_evaluations()
    {
        var job = TestRegion.NewJob(type: JobTypes.Batch);
        var evaluation = region.Register(job).EvaluationId!.Value;
        Assert.Equal(JobStatuses.Pending, Status());

        region.Place(evaluation, [region.AddNode()], ("app", 0));
        Assert.Equal(JobStatuses.Running, Status());
        Assert.Equal(region.State.Index, region.State.FindJob(Web)!.Job.ModifyIndex);
        Assert.Equal(1ul, region.State.FindJob(Web)!.Job.JobModifyIndex);

        region.Report(region.State.AllocationsOfJob(Web).Single(), AllocationClientStatus.Complete);
        Assert.Equal(JobStatuses.Dead, Status());

        region.Send(new EvaluateJob(region.Context(), Web, false));
        Assert.Equal(JobStatuses.Pending, Status());
    }

    [Fact]
    public void A_blocked_job_is_pending()
    {
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var blocked = new Evaluation { Id = EvaluationId.From(region.NewId()), JobId = Web, Type = JobTypes.Service, TriggeredBy = EvaluationTriggers.QueuedAllocs, Status = EvaluationStatus.Blocked, PreviousEvaluation = evaluation };
        region.Write(region.PlanFor(evaluation) with { FollowUps = [blocked], QueuedAllocations = new Dictionary<string, int> { ["app"] = 1 } });

        Assert.Equal(JobStatuses.Pending, Status());
        Assert.Equal(blocked.Id, region.State.FindEvaluation(evaluation)!.BlockedEvaluation);
        Assert.Equal(1, region.State.SummaryOf(Web)!.Groups["app"].Queued);
    }

    [Fact]
    public void A_parent_counts_its_children_by_status()
    {
        var parent = TestRegion.NewJob("backup", JobTypes.Batch) with { Periodic = new PeriodicConfig { Specs = ["@daily"] } };
        region.Register(parent);
        var child = TestRegion.NewJob("backup/periodic-1", JobTypes.Batch) with { ParentId = "backup" };
        var evaluation = region.Register(child).EvaluationId!.Value;
        Assert.Equal(new ChildrenSummary(1, 0, 0), Children());

        region.Place(evaluation, [region.AddNode()], ("app", 0));
        Assert.Equal(new ChildrenSummary(0, 1, 0), Children());

        region.Report(region.State.AllocationsOfJob(TestRegion.IdOf(child)).Single(), AllocationClientStatus.Complete);
        Assert.Equal(new ChildrenSummary(0, 0, 1), Children());

        ChildrenSummary? Children() => region.State.SummaryOf(TestRegion.IdOf(parent))!.Children;
    }

    [Fact]
    public void Forcing_a_reschedule_marks_what_failed()
    {
        var allocation = Assert.Single(region.Run(TestRegion.NewJob(), region.AddNode()));
        region.Report(allocation, AllocationClientStatus.Failed);
        region.Send(new EvaluateJob(region.Context(), Web, ForceReschedule: true));
        Assert.True(region.Latest(allocation).ForceReschedule);
    }

    [Fact]
    public void Jobs_are_listed_by_namespace_and_prefix()
    {
        foreach (var id in new[] { "web", "api", "web-2" }) region.Register(TestRegion.NewJob(id));
        region.Register(TestRegion.NewJob("web-3") with { Namespace = "other" });

        Assert.Equal(["api", "web", "web-2"], region.State.JobsOfNamespace("default").Select(j => j.Job.Id));
        Assert.Equal(["web", "web-2"], region.State.JobsOfNamespace("default", "web").Select(j => j.Job.Id));
        Assert.Equal(["web-2", "web-3"], region.State.Jobs.From(new JobId("default", "web-")).Select(j => j.Job.Id));
        Assert.Equal(4, region.State.Jobs.Count);
    }

    private string Status() => region.State.FindJob(Web)!.Job.Status;

    /// <summary>Commits the plans of all evaluations that wait.</summary>
    private void Finish()
    {
        foreach (var evaluation in region.State.Evaluations.Where(e => e.Status == EvaluationStatus.Pending).ToArray()) region.Write(region.PlanFor(evaluation.Id));
    }

    private CommandRefused Refused(Job job) => Refused(new RegisterJob(region.Context(), TestRegion.IdOf(job), job));

    private CommandRefused Refused(IRegionCommand command) => Assert.IsType<CommandRefused>(region.Send(command));
}
