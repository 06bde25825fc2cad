using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.State.Tests;

/// <summary>What periodic and parameterized jobs launch.</summary>
public sealed class LaunchSpecs
{
    private static readonly JobId Backup = new("default", "backup");
    private readonly TestRegion region = new();

    [Fact]
    public void A_periodic_job_launches_a_child_named_after_the_time_that_came()
    {
        region.Register(Periodic());
        var due = region.Now.AddMinutes(5);
        region.Now = due.AddSeconds(2);

        var launched = Assert.IsType<ChildLaunched>(region.Send(new LaunchJob(region.Context(), Backup, due)));

        Assert.Equal($"backup/periodic-{due.ToUnixTimeSeconds()}", launched.Child!.Value.Id);
        var child = region.State.FindJob(launched.Child.Value)!.Job;
        Assert.Equal(("backup", child.Id, JobStatuses.Pending, 0UL), (child.ParentId, child.Name, child.Status, child.Version));
        Assert.Null(child.Periodic);
        Assert.Equal((EvaluationTriggers.PeriodicJob, launched.Child.Value), (Evaluation(launched).TriggeredBy, Evaluation(launched).JobId));
        Assert.Equal(1, region.State.SummaryOf(Backup)!.Children!.Value.Pending);
    }

    [Fact]
    public void A_time_is_launched_once_whoever_asks_again()
    {
        region.Register(Periodic());
        var due = region.Now.AddMinutes(5);
        region.Now = due;
        var context = region.Context("periodic-1");
        var first = region.Send(new LaunchJob(context, Backup, due));

        Assert.Equal(first, region.Send(new LaunchJob(context, Backup, due)));
        Assert.Equal(RefusalKind.Conflict, Refused(new LaunchJob(region.Context(), Backup, due)).Kind);
        Assert.Equal(RefusalKind.Conflict, Refused(new LaunchJob(region.Context(), Backup, due.AddMinutes(5))).Kind);
        Assert.Single(region.State.JobsOfNamespace("default", "backup/"));
    }

    [Fact]
    public void Where_overlap_is_prohibited_a_time_is_skipped_while_the_launch_before_runs()
    {
        region.Register(Periodic(prohibitOverlap: true));
        var first = region.Now.AddMinutes(5);
        region.Now = first;
        var running = (ChildLaunched)region.Send(new LaunchJob(region.Context(), Backup, first));
        region.Now = first.AddMinutes(5);

        var skipped = (ChildLaunched)region.Send(new LaunchJob(region.Context(), Backup, region.Now));

        Assert.Null(skipped.Child);
        Assert.Equal(region.Now, region.State.FindJob(Backup)!.LaunchedUntil);
        Assert.Contains("still runs", Refused(new LaunchJob(region.Context(), Backup, null)).Message, StringComparison.Ordinal);

        region.Write(region.PlanFor(running.EvaluationId!.Value) with { Status = EvaluationStatus.Complete });
        Assert.Equal(JobStatuses.Dead, region.State.FindJob(running.Child!.Value)!.Job.Status);
        region.Now = region.Now.AddMinutes(5);
        Assert.NotNull(((ChildLaunched)region.Send(new LaunchJob(region.Context(), Backup, region.Now))).Child);
    }

    [Fact]
    public void A_forced_launch_comes_beside_the_schedule_under_a_free_name()
    {
        region.Register(Periodic());
        var until = region.State.FindJob(Backup)!.LaunchedUntil;

        var one = (ChildLaunched)region.Send(new LaunchJob(region.Context(), Backup, null));
        var two = (ChildLaunched)region.Send(new LaunchJob(region.Context(), Backup, null));

        Assert.NotEqual(one.Child, two.Child);
        Assert.Equal(until, region.State.FindJob(Backup)!.LaunchedUntil);
    }

    [Fact]
    public void What_is_due_stays_due_when_something_else_of_the_job_changes_but_not_when_its_schedule_does()
    {
        region.Register(Periodic());
        var begun = region.Now;
        region.Now = begun.AddMinutes(7);
        region.Register(Periodic() with { Priority = 60 });
        Assert.Equal(begun, region.State.FindJob(Backup)!.LaunchedUntil);

        region.Register(Periodic() with { Periodic = new PeriodicConfig { Specs = ["0 * * * *"] } });
        Assert.Equal(region.Now, region.State.FindJob(Backup)!.LaunchedUntil);
    }

    [Fact]
    public void A_stopped_job_and_one_without_a_schedule_launch_nothing()
    {
        region.Register(TestRegion.NewJob("plain", JobTypes.Batch));
        Assert.Equal(RefusalKind.Invalid, Refused(new LaunchJob(region.Context(), new JobId("default", "plain"), null)).Kind);

        region.Register(Periodic());
        region.Send(new DeregisterJob(region.Context(), Backup, Purge: false));
        Assert.Equal(RefusalKind.Invalid, Refused(new LaunchJob(region.Context(), Backup, null)).Kind);
    }

    [Fact]
    public void A_dispatch_makes_a_child_with_its_payload_and_metadata()
    {
        region.Register(Parameterized() with { Meta = EquatableMap.Of(("team", "a"), ("size", "small")) });

        var launched = Dispatch("aGVsbG8=", ("size", "large"), ("from", "x"));

        var child = region.State.FindJob(launched.Child!.Value)!.Job;
        Assert.Matches($"^encode/dispatch-{region.Now.ToUnixTimeSeconds()}-[0-9a-f]{{8}}$", child.Id);
        Assert.True(child.Dispatched);
        Assert.Equal(("encode", "aGVsbG8="), (child.ParentId, child.Payload));
        Assert.Equal(EquatableMap.Of(("team", "a"), ("size", "large"), ("from", "x")), child.Meta);
        Assert.Equal(EvaluationTriggers.JobRegister, Evaluation(launched).TriggeredBy);
        Assert.Equal(1, region.State.SummaryOf(new JobId("default", "encode"))!.Children!.Value.Pending);
    }

    [Theory]
    [InlineData("required", "", "from=x", "Payload is not provided but required by parameterized job")]
    [InlineData("forbidden", "aGVsbG8=", "from=x", "Payload is not allowed")]
    [InlineData("optional", "no base64!", "from=x", "Payload must be base64")]
    [InlineData("optional", "", "", "Dispatch did not provide required meta keys: from")]
    [InlineData("optional", "", "from=x,colour=red", "Dispatch request included unpermitted metadata keys: colour (it takes from, size)")]
    public void A_dispatch_that_does_not_fit_is_refused(string payload, string sent, string meta, string problem)
    {
        var job = Parameterized();
        region.Register(job with { ParameterizedJob = job.ParameterizedJob! with { Payload = payload } });
        var pairs = meta.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(m => m.Split('=')).ToDictionary(m => m[0], m => m[1]);

        Assert.Equal(problem, Refused(new DispatchJob(region.Context(), TestRegion.IdOf(job), sent, pairs)).Message);
    }

    [Theory]
    [InlineData(DispatchJob.MaxPayload, true)]
    [InlineData(DispatchJob.MaxPayload + 1, false)]
    public void A_payload_has_at_most_16_KiB(int length, bool fits)
    {
        region.Register(Parameterized());
        var reply = region.Send(new DispatchJob(region.Context(), new JobId("default", "encode"), Convert.ToBase64String(new byte[length]), new Dictionary<string, string> { ["from"] = "x" }));

        Assert.Equal(fits, reply is ChildLaunched);
    }

    [Fact]
    public void A_dispatch_with_the_token_of_an_earlier_one_is_that_one()
    {
        region.Register(Parameterized());
        DispatchJob Command() => new(region.Context(), new JobId("default", "encode"), "", new Dictionary<string, string> { ["from"] = "x" }, IdempotencyToken: "t1");

        var first = (ChildLaunched)region.Send(Command());
        var again = (ChildLaunched)region.Send(Command());

        Assert.Equal((first.Child, first.EvaluationId), (again.Child, again.EvaluationId));
        Assert.Single(region.State.JobsOfNamespace("default", "encode/"));
    }

    [Fact]
    public void A_child_that_someone_registered_at_the_same_moment_stays_as_it_is()
    {
        region.Register(Periodic());
        region.Now = region.Now.AddMinutes(5);
        var decision = region.Decide(new LaunchJob(region.Context(), Backup, region.Now));
        var mine = TestRegion.NewJob($"backup/periodic-{region.Now.ToUnixTimeSeconds()}", JobTypes.Service);
        region.Register(mine);

        region.Write(decision.Events);

        Assert.Equal(JobTypes.Service, region.State.FindJob(TestRegion.IdOf(mine))!.Job.Type);
        Assert.Equal(region.Now, region.State.FindJob(Backup)!.LaunchedUntil);
    }

    [Fact]
    public void What_was_launched_survives_a_snapshot()
    {
        region.Register(Periodic());
        region.Now = region.Now.AddMinutes(5);
        var context = region.Context("periodic-1");
        var launched = region.Send(new LaunchJob(context, Backup, region.Now));

        var restored = RegionState.FromChunks(region.State.ToChunks());

        Assert.Equal(region.State.FindJob(Backup), restored.FindJob(Backup));
        Assert.Equal(launched, Jobs.JobDecisions.Decide(restored.FindJob(Backup), restored, new LaunchJob(context, Backup, region.Now), new DecisionContext(region.Now, region.NewId)).Reply(restored.Index));
        Assert.Equal(region.State.SummaryOf(Backup), restored.SummaryOf(Backup));
    }

    private static Job Periodic(bool prohibitOverlap = false) => TestRegion.NewJob("backup", JobTypes.Batch) with
    {
        Periodic = new PeriodicConfig { Enabled = true, Specs = ["*/5 * * * *"], SpecType = "cron", ProhibitOverlap = prohibitOverlap, TimeZone = "UTC" },
    };

    private static Job Parameterized() => TestRegion.NewJob("encode", JobTypes.Batch) with
    {
        ParameterizedJob = new ParameterizedJobConfig { Payload = "optional", MetaRequired = ["from"], MetaOptional = ["size"] },
    };

    private ChildLaunched Dispatch(string payload, params (string Key, string Value)[] meta) =>
        (ChildLaunched)region.Send(new DispatchJob(region.Context(), new JobId("default", "encode"), payload, meta.ToDictionary(m => m.Key, m => m.Value)));

    private Evaluation Evaluation(ChildLaunched launched) => region.State.FindEvaluation(launched.EvaluationId!.Value)!;

    private CommandRefused Refused(IRegionCommand command) => Assert.IsType<CommandRefused>(region.Send(command));
}
