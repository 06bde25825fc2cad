namespace Actors.Cli.Tests.Commands;

/// <summary>What commands print for answers of the API as they are.</summary>
public sealed class OutputSpecs
{
    private const string Evaluation = "9f2c1d3e-1111-2222-3333-444455556666";
    private const string Blocked = "b10cb10c-1111-2222-3333-444455556666";
    private const string Allocation = "8ba85cef-26e9-e4b4-8a32-1d5b2a6b3c4d";
    private const string Node = "2cd50b94-0000-1111-2222-333344445555";
    private const string Deployment = "11c5cdc8-aaaa-bbbb-cccc-ddddeeeeffff";

    private const string Jobs = """
        [
          {"ID":"batch-7","Namespace":"default","Type":"batch","Priority":30,"Status":"dead","Stop":true,"SubmitTime":1785585600000000000},
          {"ID":"web","Namespace":"default","Type":"service","Priority":50,"Status":"running","Stop":false,"SubmitTime":1785585600000000000}
        ]
        """;

    private const string Web = """
        {"ID":"web","Name":"web","Namespace":"default","Type":"service","Priority":50,"Datacenters":["dc1","dc2"],"NodePool":"default","Status":"running","SubmitTime":1785585600000000000,
         "TaskGroups":[{"Name":"front","Tasks":[{"Name":"nginx"}]}]}
        """;

    private const string Failure = """
        {"front":{"NodesEvaluated":3,"NodesFiltered":1,"NodesExhausted":2,"NodesAvailable":{"dc1":3,"dc2":0},"ConstraintFiltered":{"${attr.kernel.name} = windows":1},"DimensionExhausted":{"memory":2},"CoalescedFailures":1}}
        """;

    private const string Explanation = """
        {"EvalID":"x","Failed":{"front":{"NodesEvaluated":3,"Unplaced":2,"Verdicts":[
          {"Check":"constraint","Needed":"${attr.kernel.name} = windows","Count":1,"Nearest":[{"NodeID":"a","NodeName":"alpha","Had":"linux"}]},
          {"Check":"memory","Needed":"2048 MiB","Count":2,"Nearest":[{"NodeID":"b","NodeName":"beta","Had":"1900 MiB free"}]}]}}}
        """;

    private const string DeploymentJson = """
        {"ID":"11c5cdc8-aaaa-bbbb-cccc-ddddeeeeffff","JobID":"web","JobVersion":2,"Status":"successful","StatusDescription":"Deployment completed successfully","TaskGroups":{"front":{"DesiredTotal":2,"PlacedAllocs":2,"HealthyAllocs":2,"UnhealthyAllocs":0,"DesiredCanaries":0}}}
        """;

    private const string Allocations = """
        [{"ID":"8ba85cef-26e9-e4b4-8a32-1d5b2a6b3c4d","EvalID":"9f2c1d3e-1111-2222-3333-444455556666","Name":"web.front[0]","NodeID":"2cd50b94-0000-1111-2222-333344445555","NodeName":"alpha","TaskGroup":"front","JobID":"web","JobVersion":2,"DesiredStatus":"run","ClientStatus":"running","CreateIndex":5,"CreateTime":1785585283000000000,"ModifyTime":1785585540000000000}]
        """;

    [Fact]
    public async Task Jobs_are_listed()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", Jobs);
        Assert.Equal(
            """
            ID       Type     Priority  Status          Submit Date
            batch-7  batch    30        dead (stopped)  2026-08-01T12:00:00Z
            web      service  50        running         2026-08-01T12:00:00Z

            """,
            (await agent.PbmAsync("job", "status")).Output);
    }

    [Fact]
    public async Task No_jobs_are_said_to_be_none()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "[]");
        Assert.Equal("No running jobs\n", (await agent.PbmAsync("status")).Output);
    }

    [Fact]
    public async Task A_history_compares_with_the_version_that_is_named()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", Jobs).Answers("/v1/job/web/versions", """
            {"Versions":[{"ID":"web","Version":1,"SubmitTime":1785585600000000000},{"ID":"web","Version":0,"SubmitTime":1785585600000000000,"VersionTag":{"Name":"golden"}}],
             "Diffs":[{"Type":"Edited","ID":"web","Fields":[{"Type":"Edited","Name":"Priority","Old":"50","New":"70"}]},{"Type":"None","ID":"web"}]}
            """);

        var run = await agent.PbmAsync("job", "history", "-p", "-diff-tag", "golden", "web");

        Assert.Contains("Priority: \"50\" => \"70\"", run.Output);
        Assert.Contains(agent.Asked, asked => asked.Contains("diffs=true", StringComparison.Ordinal) && asked.Contains("diff_tag=golden", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-diff-tag", "golden", "give -p too")]
    [InlineData("-p", "-diff-tag=golden", "give one of them", "-diff-version=1")]
    public async Task A_version_to_compare_with_is_one_and_only_of_a_comparison(string first, string second, string expected, string? third = null)
    {
        string?[] flags = [first, second, third];
        var run = await PbmRun.InProcessAsync(["job", "history", .. flags.OfType<string>(), "web"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task A_template_sees_what_the_API_says()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", Jobs);
        Assert.Equal("batch-7 web \n", (await agent.PbmAsync("job", "status", "-t", "{{range .}}{{.ID}} {{end}}")).Output);
    }

    [Fact]
    public async Task One_job_is_shown_with_what_finds_no_room_and_why()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", Jobs)
            .Answers("/v1/job/web", Web)
            .Answers("/v1/job/web/summary", """{"JobID":"web","Summary":{"front":{"Queued":2,"Running":1}},"Children":{}}""")
            .Answers("/v1/job/web/evaluations", $$$"""[{"ID":"{{{Blocked}}}","Status":"blocked","CreateIndex":9},{"ID":"{{{Evaluation}}}","Status":"complete","CreateIndex":8,"BlockedEval":"{{{Blocked}}}","FailedTGAllocs":{{{Failure}}}}]""")
            .Answers($"/v1/evaluation/{Evaluation}/explain", Explanation)
            .Answers("/v1/job/web/deployment", DeploymentJson)
            .Answers("/v1/job/web/allocations", Allocations);
        var run = await agent.PbmAsync("job", "status", "we");
        Assert.Equal("", run.Error);
        Assert.Equal(
            """
            ID            = web
            Name          = web
            Submit Date   = 2026-08-01T12:00:00Z
            Type          = service
            Priority      = 50
            Datacenters   = dc1,dc2
            Namespace     = default
            Node Pool     = default
            Status        = running
            Periodic      = false
            Parameterized = false

            Summary
            Task Group  Queued  Starting  Running  Failed  Complete  Lost  Unknown
            front       2       0         1        0       0         0     0

            Placement Failure
            Task Group "front" (failed to place 2 allocations):
              * No nodes are available in datacenter "dc2"
              * Constraint "${attr.kernel.name} = windows": 1 nodes excluded by filter
              * Resources exhausted on 2 nodes
              * Dimension "memory" exhausted on 2 nodes
              Node by node:
                constraint: needs ${attr.kernel.name} = windows; 1 node fails here: alpha has linux
                memory: needs 2048 MiB; 2 nodes fail here: beta has 1900 MiB free, and 1 more

            Latest Deployment
            ID          = 11c5cdc8
            Status      = successful
            Description = Deployment completed successfully

            Deployed
            Task Group  Desired  Placed  Healthy  Unhealthy
            front       2        2       2        0

            Allocations
            ID        Node ID   Task Group  Version  Desired  Status   Created    Modified
            8ba85cef  2cd50b94  front       2        run      running  5m17s ago  1m ago

            """,
            run.Output);
    }

    [Fact]
    public async Task A_prefix_of_several_jobs_names_them()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", """[{"ID":"web-1","Status":"running"},{"ID":"web-2","Status":"running"}]""");
        var run = await agent.PbmAsync("job", "status", "web");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Prefix \"web\" matched multiple jobs", run.Error, StringComparison.Ordinal);
        Assert.Contains("web-1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_job_ends_with_1()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "[]");
        var run = await agent.PbmAsync("job", "status", "nope");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("Error: No job(s) with prefix or ID \"nope\" found\n", run.Error);
    }

    [Fact]
    public async Task Nodes_are_listed()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/nodes", $$"""[{"ID":"{{Node}}","Name":"alpha","Datacenter":"dc1","NodePool":"default","NodeClass":"","Drain":false,"SchedulingEligibility":"eligible","Status":"ready"}]""");
        Assert.Equal(
            """
            ID        Node Pool  DC   Name   Class   Drain  Eligibility  Status
            2cd50b94  default    dc1  alpha  <none>  false  eligible     ready

            """,
            (await agent.PbmAsync("node", "status")).Output);
    }

    [Fact]
    public async Task An_allocation_is_shown_with_its_tasks()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/allocations", Allocations).Answers($"/v1/allocation/{Allocation}", $$$"""
            {"ID":"{{{Allocation}}}","EvalID":"{{{Evaluation}}}","Name":"web.front[0]","NodeID":"{{{Node}}}","NodeName":"alpha","JobID":"web","Job":{"Version":2},"ClientStatus":"running","ClientDescription":"Tasks are running","DesiredStatus":"run","CreateTime":1785585283000000000,"ModifyTime":1785585540000000000,
             "DeploymentID":"{{{Deployment}}}","DeploymentStatus":{"Healthy":true},
             "AllocatedResources":{"Shared":{"DiskMB":300,"Ports":[{"Label":"http","Value":23456,"To":8080,"HostIP":"10.0.0.1"}]},"Tasks":{"nginx":{"Cpu":{"CpuShares":500},"Memory":{"MemoryMB":256} } } },
             "TaskStates":{"nginx":{"State":"running","Failed":false,"Restarts":1,"StartedAt":"2026-08-01T11:55:00Z","FinishedAt":null,"LastRestart":"2026-08-01T11:54:50Z","Events":[
               {"Type":"Received","Time":1785585283000000000,"DisplayMessage":"Task received by client"},
               {"Type":"Started","Time":1785585300000000000,"DisplayMessage":"Task started by client"}] } } }
            """);
        var run = await agent.PbmAsync("alloc", "status", "8ba85ce");
        Assert.Equal("", run.Error);
        Assert.Equal(
            """
            ID                  = 8ba85cef-26e9-e4b4-8a32-1d5b2a6b3c4d
            Eval ID             = 9f2c1d3e
            Name                = web.front[0]
            Node ID             = 2cd50b94
            Node Name           = alpha
            Job ID              = web
            Job Version         = 2
            Client Status       = running
            Client Description  = Tasks are running
            Desired Status      = run
            Desired Description = <none>
            Created             = 5m17s ago
            Modified            = 1m ago
            Deployment ID       = 11c5cdc8
            Deployment Health   = healthy

            Allocation Addresses:
            Label  Dynamic  Address
            *http  yes      10.0.0.1:23456 -> 8080

            Task "nginx" is "running"
            Task Resources:
            CPU      Memory   Disk     Addresses
            500 MHz  256 MiB  300 MiB  <none>

            Task Events:
            Started At     = 2026-08-01T11:55:00Z
            Finished At    = N/A
            Total Restarts = 1
            Last Restart   = 2026-08-01T11:54:50Z

            Recent Events:
            Time                  Type      Description
            2026-08-01T11:55:00Z  Started   Task started by client
            2026-08-01T11:54:43Z  Received  Task received by client

            """,
            run.Output);
    }

    [Fact]
    public async Task An_evaluation_is_shown_with_what_it_could_not_place()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/evaluations", $$"""[{"ID":"{{Evaluation}}","JobID":"web"}]""")
            .Answers($"/v1/evaluation/{Evaluation}", $$"""{"ID":"{{Evaluation}}","Namespace":"default","Priority":50,"Type":"service","TriggeredBy":"job-register","JobID":"web","Status":"complete","BlockedEval":"{{Blocked}}","FailedTGAllocs":{{Failure}},"CreateTime":1785585283000000000,"ModifyTime":1785585540000000000}""")
            .Answers($"/v1/evaluation/{Evaluation}/explain", Explanation);
        var run = await agent.PbmAsync("eval", "status", "9f2c");
        Assert.Contains("Status             = complete", run.Output, StringComparison.Ordinal);
        Assert.Contains("Placement Failures = true", run.Output, StringComparison.Ordinal);
        Assert.Contains("    memory: needs 2048 MiB; 2 nodes fail here: beta has 1900 MiB free, and 1 more", run.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluation \"b10cb10c\" waiting for additional capacity to place remainder", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_with_canaries_has_columns_for_them()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/deployments", $"[{DeploymentJson}]").Answers($"/v1/deployment/{Deployment}", $$$"""
            {"ID":"{{{Deployment}}}","JobID":"web","JobVersion":3,"Status":"running","StatusDescription":"Deployment is running but requires manual promotion","TaskGroups":{"front":{"AutoRevert":true,"Promoted":false,"DesiredCanaries":1,"DesiredTotal":3,"PlacedAllocs":1,"HealthyAllocs":1,"UnhealthyAllocs":0,"RequireProgressBy":"2026-08-01T12:10:00Z"} } }
            """);
        Assert.EndsWith(
            """
            Deployed
            Task Group  Auto Revert  Promoted  Desired  Canaries  Placed  Healthy  Unhealthy  Progress Deadline
            front       true         false     3        1         1       1        0          2026-08-01T12:10:00Z

            """,
            (await agent.PbmAsync("deployment", "status", "11c5")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_are_listed_with_the_one_that_leads()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/status/leader", "\"10.0.0.2:4647\"").Answers("/v1/agent/members", """
            {"ServerName":"one","Members":[
              {"Name":"two.global","Addr":"10.0.0.2","Port":4648,"Status":"alive","Tags":{"build":"0.1.0","dc":"dc1","region":"global","rpc_addr":"10.0.0.2","port":"4647"}},
              {"Name":"one.global","Addr":"10.0.0.1","Port":4648,"Status":"alive","Tags":{"build":"0.1.0","dc":"dc1","region":"global","rpc_addr":"10.0.0.1","port":"4647"}}]}
            """);
        Assert.Equal(
            """
            Name        Address   Port  Status  Leader  Build  Datacenter  Region
            one.global  10.0.0.1  4648  alive   false   0.1.0  dc1         global
            two.global  10.0.0.2  4648  alive   true    0.1.0  dc1         global

            """,
            (await agent.PbmAsync("server", "members")).Output);
    }

    [Fact]
    public async Task A_plan_shows_the_difference_and_ends_with_1()
    {
        using var folder = new Testing.TemporaryFolder("pbm-plan-");
        var file = folder.At("web.nomad.hcl");
        await File.WriteAllTextAsync(file, "job \"web\" {\n  group \"front\" {\n    task \"nginx\" {\n      driver = \"docker\"\n      config {\n        image = \"nginx:1\"\n      }\n    }\n  }\n}\n");
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/job/web/plan", """
            {"JobModifyIndex":7,"Annotations":{"DesiredTGUpdates":{"front":{"DestructiveUpdate":1,"Ignore":1}}},
             "Diff":{"Type":"Edited","ID":"web","Fields":[{"Type":"Edited","Name":"Priority","Old":"50","New":"60"}],"Objects":[],"TaskGroups":[
               {"Type":"Edited","Name":"front","Updates":{"create/destroy update":1,"ignore":1},"Fields":[{"Type":"Edited","Name":"Count","Old":"1","New":"2","Annotations":["forces create"]}],"Tasks":[
                 {"Type":"Edited","Name":"nginx","Annotations":["forces create/destroy update"],"Objects":[{"Type":"Edited","Name":"Config","Fields":[{"Type":"Edited","Name":"image","Old":"nginx:0","New":"nginx:1"},{"Type":"None","Name":"args","Old":"","New":""}]}]}]}]}}
            """);
        var run = await agent.PbmAsync("job", "plan", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            $$"""
            +/- Job: "web"
              +/- Priority: "50" => "60"
            +/- Task Group: "front" (1 create/destroy update, 1 ignore)
              +/- Count: "1" => "2" (forces create)
              +/- Task: "nginx" (forces create/destroy update)
                +/- Config {
                  +/- image: "nginx:0" => "nginx:1"
                    }

            Scheduler dry-run:
            - All tasks successfully allocated.

            Job Modify Index: 7
            To run exactly this plan:

            pbm job run -check-index 7 {{file}}

            It is refused if someone changes the job before: then plan again.

            """,
            run.Output);
        Assert.Contains("\"Job\":{", agent.Bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_without_changes_ends_with_0()
    {
        using var folder = new Testing.TemporaryFolder("pbm-plan-");
        var file = folder.At("web.nomad.hcl");
        await File.WriteAllTextAsync(file, "job \"web\" {\n  group \"front\" {\n    task \"nginx\" {\n      driver = \"docker\"\n      config {\n        image = \"nginx:1\"\n      }\n    }\n  }\n}\n");
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/job/web/plan", """{"JobModifyIndex":7,"Annotations":{"DesiredTGUpdates":{"front":{"Ignore":1}}},"Diff":{"Type":"None","ID":"web"}}""");
        Assert.Equal(0, (await agent.PbmAsync("plan", file)).ExitCode);
    }

    [Fact]
    public async Task A_job_that_finds_no_room_ends_with_2_and_one_that_fails_with_1()
    {
        using var folder = new Testing.TemporaryFolder("pbm-run-");
        var file = folder.At("web.nomad.hcl");
        await File.WriteAllTextAsync(file, "job \"web\" {\n  group \"front\" {\n    task \"nginx\" {\n      driver = \"docker\"\n      config {\n        image = \"nginx:1\"\n      }\n    }\n  }\n}\n");
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", $$"""{"EvalID":"{{Evaluation}}","JobModifyIndex":7,"Warnings":"mind this"}""")
            .Answers($"/v1/evaluation/{Evaluation}", $$$"""{"ID":"{{{Evaluation}}}","JobID":"web","Type":"service","TriggeredBy":"job-register","Status":"complete","BlockedEval":"{{{Blocked}}}","FailedTGAllocs":{{{Failure}}}}""")
            .Answers($"/v1/evaluation/{Evaluation}/explain", Explanation)
            .Answers($"/v1/evaluation/{Evaluation}/allocations", "[]");
        var noRoom = await agent.PbmAsync("run", file);
        Assert.Equal(2, noRoom.ExitCode);
        Assert.Contains("Job Warnings:\nmind this", noRoom.Output, StringComparison.Ordinal);
        Assert.Contains("==> 2026-08-01T12:00:00Z: Monitoring evaluation \"9f2c1d3e\"", noRoom.Output, StringComparison.Ordinal);
        Assert.Contains("memory: needs 2048 MiB", noRoom.Output, StringComparison.Ordinal);

        agent.Answers($"/v1/evaluation/{Evaluation}", $$"""{"ID":"{{Evaluation}}","JobID":"web","Type":"service","TriggeredBy":"job-register","Status":"complete","DeploymentID":"{{Deployment}}"}""")
            .Answers($"/v1/deployment/{Deployment}", DeploymentJson.Replace("successful", "failed", StringComparison.Ordinal))
            .Answers($"/v1/deployment/allocations/{Deployment}", Allocations);
        var failed = await agent.PbmAsync("run", file);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Deployment \"11c5cdc8\" failed", failed.Output, StringComparison.Ordinal);

        var detached = await agent.PbmAsync("run", "-detach", file);
        Assert.Equal(0, detached.ExitCode);
        Assert.EndsWith($"Job registration successful\nEvaluation ID: {Evaluation}\n", detached.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Region_namespace_and_token_come_from_flags_and_environment()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "[]");
        await PbmRun.InProcessAsync(["job", "status", "-region", "eu"], environment: new Dictionary<string, string> { ["NOMAD_ADDR"] = agent.Address, ["NOMAD_NAMESPACE"] = "team a" });
        Assert.Equal("GET /v1/jobs?region=eu&namespace=team%20a", agent.Asked[^1]);
    }

    [Fact]
    public async Task An_error_of_the_API_is_told_with_its_code()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "Permission denied", 403);
        var run = await agent.PbmAsync("job", "status");
        Assert.Equal((1, "Error: Unexpected response code: 403 (Permission denied)\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task The_API_can_be_asked_anything()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "[1,2]");
        Assert.Equal("[1,2]", (await agent.PbmAsync("operator", "api", "/v1/jobs")).Output);
        await agent.PbmAsync("operator", "api", "-X", "POST", "jobs?pretty", "{}");
        Assert.Equal("POST /v1/jobs?pretty", agent.Asked[^1]);
    }

    [Fact]
    public async Task A_command_line_of_the_cluster_goes_to_the_server_named_first()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/operator/cmd", "one | up\ntwo | up\n");
        var run = await PbmRun.InProcessAsync([new Uri(agent.Address).Authority, "cluster", "show"]);
        Assert.Equal((0, "one | up\ntwo | up\n"), (run.ExitCode, run.Output));
        Assert.Equal("""{"Command":"cluster show"}""", agent.Bodies[^1]);
    }

    [Fact]
    public async Task The_prompt_carries_out_lines_until_its_end_and_survives_one_that_fails()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/status/leader", "\"x\"").Answers("/v1/operator/cmd", "unknown command", 400);
        var run = await PbmRun.InProcessAsync([new Uri(agent.Address).Authority], input: "cluster shwo\nhistory\n\nexit\nnever\n");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("Error: unknown command\n", run.Error);
        Assert.Equal("   1  cluster shwo\n   2  history\n", run.Output);
    }
}
