using System.Net;
using System.Text.Json;
using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

/// <summary>Launches, dispatches, names and texts of versions, scaling.</summary>
public sealed class JobLifeTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async Task InitializeAsync() => _api = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_periodic_job_is_forced_to_launch()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("""
            "Periodic": {"Specs": ["0 4 * * *"], "TimeZone": "Europe/Berlin"}
            """, type: "batch"));

        var answer = await _api.PutJsonAsync("/v1/job/api/periodic/force", "");

        var evaluation = await _api.GetJsonAsync($"/v1/evaluation/{answer.GetProperty("EvalID").GetString()}");
        Assert.Equal("periodic-job", evaluation.GetProperty("TriggeredBy").GetString());
        var child = await _api.GetJsonAsync($"/v1/job/{Uri.EscapeDataString(evaluation.GetProperty("JobID").GetString()!)}");
        Assert.Equal("api", child.GetProperty("ParentID").GetString());
        Assert.Equal(JsonValueKind.Null, child.GetProperty("Periodic").ValueKind);
        Assert.Equal(1, (await _api.GetJsonAsync("/v1/job/api/summary")).GetProperty("Children").GetProperty("Pending").GetInt32());
    }

    [Fact]
    public async Task A_plan_of_a_periodic_job_says_when_it_launches_next()
    {
        var job = Job("""
            "Periodic": {"Specs": ["0 0 1 1 *"]}
            """, type: "batch");

        var plan = await _api.PutJsonAsync("/v1/job/api/plan", job);

        var next = plan.GetProperty("NextPeriodicLaunch").GetDateTimeOffset();
        Assert.Equal((1, 1, TimeSpan.Zero), (next.Month, next.Day, next.TimeOfDay));
    }

    [Fact]
    public async Task A_parameterized_job_is_dispatched_once_for_a_token()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("""
            "ParameterizedJob": {"Payload": "optional", "MetaRequired": ["from"], "MetaOptional": ["size"]}
            """, type: "batch"));

        var answer = await _api.PutJsonAsync("/v1/job/api/dispatch?idempotency_token=t1", """{"Payload": "aGVsbG8=", "Meta": {"from": "x"}, "IdPrefixTemplate": "nightly", "Priority": 70}""");
        var again = await _api.PutJsonAsync("/v1/job/api/dispatch?idempotency_token=t1", """{"Meta": {"from": "y"}}""");

        var id = answer.GetProperty("DispatchedJobID").GetString()!;
        Assert.StartsWith("api/dispatch-nightly-", id);
        Assert.Equal(id, again.GetProperty("DispatchedJobID").GetString());
        var child = await _api.GetJsonAsync("/v1/job/" + id);
        Assert.Equal(("aGVsbG8=", 70, true), (child.GetProperty("Payload").GetString(), child.GetProperty("Priority").GetInt32(), child.GetProperty("Dispatched").GetBoolean()));
        Assert.Equal("x", child.GetProperty("Meta").GetProperty("from").GetString());

        var (status, text) = await _api.PutRefusedAsync("/v1/job/api/dispatch", """{"Meta": {"colour": "red"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("Dispatch request included unpermitted metadata keys: colour", text);
    }

    [Fact]
    public async Task The_body_of_a_payload_dispatch_is_the_payload()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("""
            "ParameterizedJob": {"Payload": "required"}
            """, type: "batch"));

        var answer = await _api.PutJsonAsync("/v1/job/api/dispatch/payload", "hello");

        var child = await _api.GetJsonAsync("/v1/job/" + answer.GetProperty("DispatchedJobID").GetString());
        Assert.Equal("aGVsbG8=", child.GetProperty("Payload").GetString());
        Assert.Contains("exceeds maximum size", (await _api.PutRefusedAsync("/v1/job/api/dispatch/payload", new string('x', 17_000))).Text);
    }

    [Fact]
    public async Task A_version_is_named_and_loses_its_name_also_where_the_job_has_slashes()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("\"Priority\": 50", id: "team/api"));

        await _api.PutJsonAsync("/v1/job/team/api/versions/golden/tag", """{"Description": "proved good", "Version": 0}""");
        var tag = (await _api.GetJsonAsync("/v1/job/team%2Fapi/versions")).GetProperty("Versions")[0].GetProperty("VersionTag");
        Assert.Equal(("golden", "proved good"), (tag.GetProperty("Name").GetString(), tag.GetProperty("Description").GetString()));

        Assert.True((await _api.Http.DeleteAsync("/v1/job/team%2Fapi/versions/golden/tag")).IsSuccessStatusCode);
        Assert.Equal(JsonValueKind.Null, (await _api.GetJsonAsync("/v1/job/team%2Fapi/versions")).GetProperty("Versions")[0].GetProperty("VersionTag").ValueKind);
    }

    [Fact]
    public async Task The_text_that_a_job_was_made_from_is_given_back_by_version()
    {
        await _api.PutJsonAsync("/v1/jobs", With(Job("\"Priority\": 50"), """
            "Submission": {"Source": "job \"api\" {}", "Format": "hcl2", "VariableFlags": {"x": "1"}}
            """));
        await _api.PutJsonAsync("/v1/jobs", Job("\"Priority\": 60"));

        var submission = await _api.GetJsonAsync("/v1/job/api/submission?version=0");

        Assert.Equal(("job \"api\" {}", "hcl2", "1"), (submission.GetProperty("Source").GetString(), submission.GetProperty("Format").GetString(), submission.GetProperty("VariableFlags").GetProperty("x").GetString()));
        Assert.Equal((HttpStatusCode.NotFound, "job source not found"), await _api.GetRefusedAsync("/v1/job/api/submission?version=1"));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_not_kept_and_said_so()
    {
        var answer = await _api.PutJsonAsync("/v1/jobs", With(Job("\"Priority\": 50"), $$"""
            "Submission": {"Source": "{{new string('#', 1_000_001)}}", "Format": "hcl2"}
            """));

        Assert.Contains("will be discarded", answer.GetProperty("Warnings").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync("/v1/job/api/submission")).Status);
    }

    [Fact]
    public async Task Scaling_is_told_with_its_policy_and_its_events()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("\"Priority\": 50"));
        await _api.PutJsonAsync("/v1/job/api/scale", """{"Count": 3, "Target": {"Group": "app"}, "Message": "load"}""");
        await _api.PutJsonAsync("/v1/job/api/scale", """{"Error": true, "Target": {"Group": "app"}, "Message": "no metrics"}""");

        var events = (await _api.GetJsonAsync("/v1/job/api/scale")).GetProperty("TaskGroups").GetProperty("app").GetProperty("Events");
        Assert.Equal(["no metrics", "load"], events.EnumerateArray().Select(e => e.GetProperty("Message").GetString()));
        Assert.Equal((3, 2), (events[1].GetProperty("Count").GetInt32(), events[1].GetProperty("PreviousCount").GetInt32()));

        var policy = Assert.Single((await _api.GetJsonAsync("/v1/scaling/policies?job=api")).EnumerateArray());
        Assert.Equal("app", policy.GetProperty("Target").GetProperty("Group").GetString());
        var whole = await _api.GetJsonAsync("/v1/scaling/policy/" + policy.GetProperty("ID").GetString());
        Assert.Equal((1, 10), (whole.GetProperty("Min").GetInt32(), whole.GetProperty("Max").GetInt32()));
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync("/v1/scaling/policy/none")).Status);
    }

    private static string With(string body, string more) => $"{body.TrimEnd()[..^1]}, {more}}}";

    private static string Job(string more, string type = "service", string id = "api") => $$$"""
        {"Job": {"ID": "{{{id}}}", "Name": "api", "Type": "{{{type}}}", "Datacenters": ["*"], {{{more}}},
        "TaskGroups": [{"Name": "app", "Count": 2, "Scaling": {"Min": 1, "Max": 10, "Enabled": true}, "Tasks": [{"Name": "server", "Driver": "docker", "Config": {"image": "redis:7"}}]}]}}
        """;
}
