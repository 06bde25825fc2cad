using System.Net;
using System.Text.Json;
using Actors.Api.Hosting;
using Actors.Api.Tests.Hosting;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;

namespace Actors.Api.Tests;

/// <summary>Parsing, checking and planning jobs.</summary>
public sealed class JobIntakeTests : IAsyncLifetime
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
    public async Task A_text_becomes_JSON_with_its_variables()
    {
        var job = await _api.PutJsonAsync("/v1/jobs/parse", Request(
            "variable \"image\" { type = string }\njob \"cache\" { group \"g\" { task \"t\" {\n driver = \"docker\"\n config { image = var.image }\n } } }",
            "image = \"redis:7\"",
            canonicalize: true));

        Assert.Equal("cache", job.GetProperty("ID").GetString());
        Assert.Equal("redis:7", job.GetProperty("TaskGroups")[0].GetProperty("Tasks")[0].GetProperty("Config").GetProperty("image").GetString());
        Assert.Equal(50, job.GetProperty("Priority").GetInt32());
    }

    [Theory]
    [InlineData("job \"a\" {\n  group = \n}", "job.nomad:2")]
    [InlineData("", "Job spec is empty")]
    [InlineData("job \"a\" { group \"g\" { task \"t\" { driver = \"docker\"\n config { image = file(\"/etc/hostname\") } } } }", "file")]
    public async Task A_text_that_is_no_job_is_refused_with_place_and_reason_and_no_file_of_the_server_is_read(string text, string reason)
    {
        var (status, words) = await _api.PutRefusedAsync("/v1/jobs/parse", Request(text));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(words.Contains(reason, StringComparison.Ordinal), words);
    }

    [Fact]
    public async Task A_text_is_parsed_with_diagnostics_as_data_for_who_asks()
    {
        var broken = await _api.PutJsonAsync("/v1/jobs/parse?diagnostics=true", Request("job \"a\" {\n  prority = 50\n}"));
        var diagnostic = broken.GetProperty("Diagnostics")[0];

        Assert.Equal(JsonValueKind.Null, broken.GetProperty("Job").ValueKind);
        Assert.Contains("job.nomad:2:3", broken.GetProperty("Error").GetString());
        Assert.Equal("ACT3003", diagnostic.GetProperty("Code").GetString());
        Assert.Equal("error", diagnostic.GetProperty("Severity").GetString());
        Assert.Equal("did you mean \"priority\"?", diagnostic.GetProperty("Suggestion").GetString());
        Assert.Equal((2, 3), (diagnostic.GetProperty("Range").GetProperty("Start").GetProperty("Line").GetInt32(), diagnostic.GetProperty("Range").GetProperty("Start").GetProperty("Column").GetInt32()));

        var rule = await _api.PutJsonAsync("/v1/jobs/parse?diagnostics=true", Request("job \"a\" {\n  group \"g\" {\n    task \"t\" {}\n  }\n}"));
        Assert.Equal("a", rule.GetProperty("Job").GetProperty("ID").GetString());
        Assert.Contains(rule.GetProperty("Diagnostics").EnumerateArray(), d => d.GetProperty("Path").GetString() == "TaskGroups[0].Tasks[0].Driver" && d.GetProperty("Range").GetProperty("Start").GetProperty("Line").GetInt32() == 3);
    }

    [Fact]
    public async Task Everything_wrong_with_a_job_is_said_at_once_and_it_is_not_registered()
    {
        const string Job = """{"Job": {"ID": "bad", "Priority": 1000, "TaskGroups": [{"Name": "g", "Count": -1, "Tasks": [{"Name": "t"}]}]}}""";

        var checkedJob = await _api.PutJsonAsync("/v1/validate/job", Job);
        var errors = checkedJob.GetProperty("ValidationErrors").EnumerateArray().Select(e => e.GetString()!).ToList();
        Assert.Contains(errors, e => e.Contains("TaskGroups[0].Count", StringComparison.Ordinal) && e.Contains("-1", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Priority", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Driver", StringComparison.Ordinal));

        var diagnostics = checkedJob.GetProperty("Diagnostics").EnumerateArray().ToList();
        Assert.Equal(errors.Count, diagnostics.Count(d => d.GetProperty("Severity").GetString() == "error"));
        Assert.Contains(diagnostics, d => d.GetProperty("Path").GetString() == "TaskGroups[0].Count" && d.GetProperty("Code").GetString() == "ACT4004");

        var (status, text) = await _api.PutRefusedAsync("/v1/jobs", Job);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.All(errors, e => Assert.Contains(e, text));
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync("/v1/job/bad")).Status);
    }

    [Fact]
    public async Task What_a_driver_would_refuse_is_said_at_submit_with_its_place_where_a_node_has_the_driver()
    {
        await using var api = await ApiHost.StartAsync(options => options with
        {
            DriverConfig = (_, _, config) => config.ContainsKey("imgae") ? [new DriverConfigFinding("config.imgae", "there is no such key; did you mean \"image\"?", IsWarning: false)] : [],
        });
        FilledRegion.In(api.Region);
        const string Text = "job \"a\" {\n  group \"g\" {\n    task \"t\" {\n      driver = \"docker\"\n      config {\n        imgae = \"redis:7\"\n      }\n    }\n  }\n}";

        var (status, words) = await api.PutRefusedAsync("/v1/jobs", JobOf("docker"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("TaskGroups[0].Tasks[0].Config.imgae: task \"t\" of group \"g\": config.imgae (docker): there is no such key; did you mean \"image\"?", words);

        var parsed = await api.PutJsonAsync("/v1/jobs/parse?diagnostics=true", Request(Text));
        Assert.Contains(parsed.GetProperty("Diagnostics").EnumerateArray(), d => d.GetProperty("Code").GetString() == "ACT4016" && d.GetProperty("Range").GetProperty("Start").GetProperty("Line").GetInt32() >= 3);

        // A job may be there before the nodes that it is for.
        await api.PutJsonAsync("/v1/jobs", JobOf("podman"));

        static string JobOf(string driver) => $$$"""{"Job": {"ID": "typo-{{{driver}}}", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t", "Driver": "{{{driver}}}", "Config": {"imgae": "redis:7"}}]}]}}""";
    }

    [Fact]
    public async Task What_a_plugin_takes_under_the_name_of_a_built_in_driver_only_the_plugin_knows_when_it_did_not_tell()
    {
        await using var api = await ApiHost.StartAsync(options => options with { DriverConfig = (_, _, _) => [new DriverConfigFinding("config.own", "there is no such key", IsWarning: false)] });
        var node = Samples.Node(1);
        var docker = node.Drivers["docker"] with { Attributes = new Dictionary<string, string> { [DriverInfo.PluginAttribute("docker")] = "1" } };
        api.Region.Append(new NodeRegistered(node with { Drivers = new Dictionary<string, DriverInfo> { ["docker"] = docker } }, [], FixedTime.Now));

        await api.PutJsonAsync("/v1/jobs", """{"Job": {"ID": "own", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t", "Driver": "docker", "Config": {"own": "key"}}]}]}}""");
    }

    [Fact]
    public async Task What_a_plugin_told_that_it_takes_is_checked_at_submit_and_one_node_whose_plugin_takes_the_task_is_enough()
    {
        await using var api = await ApiHost.StartAsync(options => options with
        {
            DriverConfig = (driver, schema, config) => [.. config.Keys.Where(key => key != schema).Select(key => new DriverConfigFinding($"config.{key}", $"{driver} takes {schema}", IsWarning: false))],
        });
        Register(1, "own");
        const string Job = """{"Job": {"ID": "own", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t", "Driver": "mine", "Config": {"newer": "key"}}]}]}}""";

        var (status, words) = await api.PutRefusedAsync("/v1/jobs", Job);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("TaskGroups[0].Tasks[0].Config.newer: task \"t\" of group \"g\": config.newer (mine): mine takes own", words);

        Register(2, "newer");
        await api.PutJsonAsync("/v1/jobs", Job);

        void Register(int number, string schema)
        {
            var mine = new DriverInfo(true, true, "Healthy", new Dictionary<string, string> { [DriverInfo.PluginAttribute("mine")] = "1" }, FixedTime.Now) { TaskSchema = schema };
            api.Region.Append(new NodeRegistered(Samples.Node(number) with { Drivers = new Dictionary<string, DriverInfo> { ["mine"] = mine } }, [], FixedTime.Now));
        }
    }

    [Fact]
    public async Task A_good_job_has_no_errors()
    {
        var answer = await _api.PutJsonAsync("/v1/validate/job", """{"Job": {"ID": "good", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t", "Driver": "docker", "Config": {"image": "redis:7"}}]}]}}""");

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("ValidationErrors").ValueKind);
        Assert.Equal("", answer.GetProperty("Error").GetString());
    }

    [Fact]
    public async Task A_plan_says_what_would_be_placed_where_it_fails_and_how_the_job_differs_and_changes_nothing()
    {
        var lacking = new AllocationMetric
        {
            NodesEvaluated = 1,
            NodesExhausted = 1,
            DimensionExhausted = new Dictionary<string, int> { ["memory"] = 1 },
            Verdicts = [new NodeVerdict("memory", "memory 300 MiB", 1, [new NodeShortfall(Samples.Node(1).Id, "n1", "212 MiB free")])],
        };
        _api.Region.Scheduler = request => new PlaceResult(
            request.EvaluationId, 1, request.AtIndex, [], [],
            new Dictionary<string, AllocationMetric> { ["g"] = lacking },
            new Dictionary<string, bool>(), false);
        var before = _api.Region.State;

        var plan = await _api.PutJsonAsync("/v1/job/new/plan", """{"Job": {"ID": "new", "TaskGroups": [{"Name": "g", "Count": 3, "Tasks": [{"Name": "t", "Driver": "docker", "Config": {"image": "redis:7"}}]}]}, "Diff": true}""");

        Assert.Same(before, _api.Region.State);
        Assert.Equal(3, plan.GetProperty("Annotations").GetProperty("DesiredTGUpdates").GetProperty("g").GetProperty("Place").GetInt32());
        Assert.Equal(1, plan.GetProperty("FailedTGAllocs").GetProperty("g").GetProperty("DimensionExhausted").GetProperty("memory").GetInt32());
        Assert.Equal("1 node lacks memory 300 MiB; it is n1 with 212 MiB free", plan.GetProperty("Failed").GetProperty("g").GetProperty("Verdicts")[0].GetProperty("Text").GetString());
        Assert.Equal("Added", plan.GetProperty("Diff").GetProperty("Type").GetString());
        Assert.Equal(3, plan.GetProperty("Diff").GetProperty("TaskGroups")[0].GetProperty("Updates").GetProperty("create").GetInt32());
        Assert.Equal(0, plan.GetProperty("JobModifyIndex").GetInt32());
        Assert.Equal("job-register", plan.GetProperty("CreatedEvals")[0].GetProperty("TriggeredBy").GetString());
    }

    [Fact]
    public async Task A_plan_of_a_registered_job_names_its_index_and_what_would_change()
    {
        var job = _filled.Job;
        var plan = await _api.PutJsonAsync("/v1/job/web/plan", $$$"""{"Job": {"ID": "web", "TaskGroups": [{"Name": "app", "Count": 5, "Tasks": [{"Name": "server", "Driver": "docker", "Resources": {"CPU": 100, "MemoryMB": 300}}]}]}, "Diff": true}""");

        Assert.Equal(job.Id, plan.GetProperty("Diff").GetProperty("ID").GetString());
        Assert.Equal("Edited", plan.GetProperty("Diff").GetProperty("Type").GetString());
        Assert.Equal((await _api.GetJsonAsync("/v1/job/web")).GetProperty("JobModifyIndex").GetUInt64(), plan.GetProperty("JobModifyIndex").GetUInt64());
    }

    [Fact]
    public async Task Versions_say_how_they_differ()
    {
        await _api.PutJsonAsync($"/v1/deployment/fail/{_filled.Deployment}", "{}");
        await _api.PutJsonAsync("/v1/job/web/scale", """{"Count": 5, "Target": {"Group": "app"}}""");

        var diffs = (await _api.GetJsonAsync("/v1/job/web/versions?diffs=true")).GetProperty("Diffs");

        Assert.Equal("Edited", Assert.Single(diffs.EnumerateArray()).GetProperty("Type").GetString());
    }

    [Theory]
    [InlineData("diff_version=0")]
    [InlineData("diff_tag=golden")]
    public async Task Versions_say_how_they_differ_from_one_that_is_named(string named)
    {
        await _api.PutJsonAsync($"/v1/deployment/fail/{_filled.Deployment}", "{}");
        await _api.PutJsonAsync("/v1/job/web/scale", """{"Count": 5, "Target": {"Group": "app"}}""");
        await _api.PutJsonAsync("/v1/job/web/versions/golden/tag", """{"Version": 0}""");

        var diffs = (await _api.GetJsonAsync($"/v1/job/web/versions?diffs=true&{named}")).GetProperty("Diffs");

        Assert.Equal(["Edited", "None"], diffs.EnumerateArray().Select(d => d.GetProperty("Type").GetString()));
    }

    [Fact]
    public async Task A_version_to_differ_from_that_is_not_there_is_not_found()
    {
        Assert.Equal((HttpStatusCode.NotFound, "version 7 not found"), await _api.GetRefusedAsync("/v1/job/web/versions?diffs=true&diff_version=7"));
        Assert.Equal((HttpStatusCode.NotFound, "tag \"golden\" not found"), await _api.GetRefusedAsync("/v1/job/web/versions?diffs=true&diff_tag=golden"));
    }

    private static string Request(string text, string variables = "", bool canonicalize = false) =>
        JsonSerializer.Serialize(new { JobHCL = text, Variables = variables, Canonicalize = canonicalize });
}
