using System.Net;
using Actors.Api.Tests.Hosting;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Nodes;

namespace Actors.Api.Tests;

/// <summary>Why things are as they are.</summary>
public sealed class ExplainTests : IAsyncLifetime
{
    private ApiHost _api = null!;
    private FilledRegion _filled = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _filled = FilledRegion.In(_api.Region);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task An_allocation_is_explained_by_its_node_and_its_tasks()
    {
        var answer = await _api.GetJsonAsync($"/v1/allocation/{_filled.First}/explain");

        Assert.Equal("node-1", answer.GetProperty("Placement").GetProperty("NodeName").GetString());
        Assert.Contains("node-1 is the only one of 2 nodes (1 ruled out) that passed every check", Text(answer));
        Assert.Contains("Task server is running", Text(answer));
    }

    [Fact]
    public async Task A_replaced_allocation_says_which_change_made_the_update_destructive()
    {
        var job = _filled.Job with { Version = 1, TaskGroups = [_filled.Job.TaskGroups[0] with { Tasks = [_filled.Job.TaskGroups[0].Tasks[0] with { Env = new Dictionary<string, string> { ["MODE"] = "fast" }.ToEquatableMap() }] }] };
        var (evaluation, next) = (new EvaluationId(_api.Region.NewId()), new AllocationId(_api.Region.NewId()));
        _api.Region.Append(Samples.Registered(job, evaluation));
        _api.Region.Append(Samples.Placed(job, evaluation, _filled.Node, new(_api.Region.NewId()), next) is var plan
            ? plan with { Placements = [plan.Placements[0] with { Previous = _filled.First }] }
            : null!);

        var answer = await _api.GetJsonAsync($"/v1/allocation/{next}/explain");
        var replaced = answer.GetProperty("Placement").GetProperty("Replaces");

        Assert.Equal(_filled.First.ToString(), replaced.GetProperty("AllocID").GetString());
        Assert.Equal("the update to version 1 could not be taken in place, because task server: env changed", replaced.GetProperty("Reason").GetString());
        Assert.Contains(replaced.GetProperty("Changes").EnumerateArray(), change => change.GetString() == "task server: Env[MODE] added: \"fast\"");

        var whole = await _api.GetJsonAsync("/v1/job/web/explain");
        Assert.Equal("task server: env changed", whole.GetProperty("DestructiveUpdates").GetProperty("app").GetString());
        Assert.Contains("can't be taken in place, because task server: env changed", Text(whole));
    }

    [Fact]
    public async Task A_job_says_what_runs_and_what_its_deployment_waits_for()
    {
        var job = await _api.GetJsonAsync("/v1/job/web/explain");
        var deployment = await _api.GetJsonAsync($"/v1/deployment/{_filled.Deployment}/explain");

        Assert.Contains("Group app: 2 wanted, 2 placed, 2 running.", Text(job));
        Assert.Contains("group app: 2 of 2 are not healthy yet", deployment.GetProperty("Waits")[0].GetString());
        Assert.Equal(deployment.GetProperty("Waits")[0].GetString(), job.GetProperty("DeploymentWaits")[0].GetString());
        Assert.Contains($"It waits: {deployment.GetProperty("Waits")[0].GetString()}.", Text(deployment));
        Assert.StartsWith($"Deployment {_filled.Deployment.ToString()[..8]} of job web (version ", Text(deployment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_gets_no_turn_because_evaluations_are_paused_is_said_to_be_so()
    {
        var evaluation = new EvaluationId(_api.Region.NewId());
        _api.Region.Append(new SchedulerConfigured(new SchedulerConfiguration { PauseEvaluations = true }, "", FixedTime.Now));
        _api.Region.Append(Samples.Registered(Samples.Job("late"), evaluation));

        Assert.Contains($"Evaluation {evaluation.Short} (job-register) gets no turn while the operator has the evaluations paused", Text(await _api.GetJsonAsync("/v1/job/late/explain")));
        Assert.Contains("It gets no turn while", Text(await _api.GetJsonAsync($"/v1/evaluation/{evaluation}/explain")));
    }

    [Fact]
    public async Task What_found_no_room_is_told_with_the_nearest_node_and_what_would_make_it_fit()
    {
        var job = Samples.Job("big");
        var (evaluation, blocked) = (new EvaluationId(_api.Region.NewId()), new EvaluationId(_api.Region.NewId()));
        var metric = new AllocationMetric
        {
            NodesEvaluated = 12,
            NodesExhausted = 12,
            CoalescedFailures = 2,
            Verdicts = [new NodeVerdict("memory", "memory 300 MiB", 12, [new NodeShortfall(_filled.Node, "n17", "212 MiB free")])],
        };
        var registered = Samples.Registered(job, evaluation);
        _api.Region.Append(registered);
        _api.Region.Append(Samples.Placed(job, evaluation, _filled.Node, new(_api.Region.NewId())) with
        {
            Deployment = null,
            FailedGroups = new Dictionary<string, AllocationMetric> { ["app"] = metric },
            FollowUps = [registered.Evaluation! with { Id = blocked, Status = EvaluationStatus.Blocked, PreviousEvaluation = evaluation }],
        });

        var (job2, eval) = (await _api.GetJsonAsync("/v1/job/big/explain"), await _api.GetJsonAsync($"/v1/evaluation/{evaluation}/explain"));

        foreach (var answer in new[] { job2, eval })
        {
            var verdict = answer.GetProperty("Failed").GetProperty("app").GetProperty("Verdicts")[0];
            Assert.Equal("12 nodes lack memory 300 MiB; the nearest is n17 with 212 MiB free", verdict.GetProperty("Text").GetString());
            Assert.Equal("ask for 212 MiB of memory or less, free 88 MiB on n17, or add a node", verdict.GetProperty("Remedy").GetString());
            Assert.Contains("Group app: 3 allocations found no node.", Text(answer));
        }
    }

    [Fact]
    public async Task Every_node_is_named_for_who_asks_and_nothing_is_reserved()
    {
        _api.Region.Append(new NodeRegistered(Samples.Node(2) with { Attributes = new Dictionary<string, string> { ["kernel.name"] = "windows" }, Drivers = new Dictionary<string, DriverInfo>() }, [], FixedTime.Now));
        PlaceRequest? asked = null;
        _api.Region.Scheduler = request =>
        {
            asked = request;
            return NodeTable.Build(_api.Region.State).Place(request, request.Job!, _api.Region.State, FixedTime.Now, _api.Region.NewId);
        };

        var answer = await _api.GetJsonAsync("/v1/job/web/explain?nodes=true");
        var nodes = answer.GetProperty("Nodes").GetProperty("app").EnumerateArray().ToList();

        Assert.True(asked is { DryRun: true, EveryNode: true });
        Assert.Equal(["node-1", "node-2"], nodes.Select(n => n.GetProperty("NodeName").GetString()));
        Assert.True(nodes[0].GetProperty("Scores").TryGetProperty("binpack", out _));
        Assert.Equal("driver", nodes[1].GetProperty("Check").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await _api.GetJsonAsync("/v1/job/web/explain")).GetProperty("Nodes").ValueKind);
    }

    [Theory]
    [InlineData("/v1/job/nope/explain")]
    [InlineData("/v1/allocation/nope/explain")]
    [InlineData("/v1/evaluation/nope/explain")]
    [InlineData("/v1/deployment/nope/explain")]
    public async Task What_is_not_there_is_not_explained(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync(path)).Status);

    private static string Text(System.Text.Json.JsonElement answer) => string.Join('\n', answer.GetProperty("Text").EnumerateArray().Select(line => line.GetString()));
}
