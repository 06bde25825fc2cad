using System.Net;
using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

/// <summary>The scheduler's configuration, namespaces, node pools.</summary>
public sealed class RegionSettingsTests : IAsyncLifetime
{
    private const string Scheduler = "/v1/operator/scheduler/configuration";
    private ApiHost _api = null!;

    public async Task InitializeAsync() => _api = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task The_scheduler_is_set_up_and_only_over_what_was_read()
    {
        const string Wanted = """{"SchedulerAlgorithm": "spread", "PreemptionConfig": {"SystemSchedulerEnabled": true, "BatchSchedulerEnabled": true}, "MemoryOversubscriptionEnabled": true}""";
        Assert.True((await _api.PutJsonAsync(Scheduler, Wanted)).GetProperty("Updated").GetBoolean());

        var read = (await _api.GetJsonAsync(Scheduler)).GetProperty("SchedulerConfig");
        Assert.Equal(("spread", true), (read.GetProperty("SchedulerAlgorithm").GetString(), read.GetProperty("MemoryOversubscriptionEnabled").GetBoolean()));
        Assert.True(read.GetProperty("PreemptionConfig").GetProperty("BatchSchedulerEnabled").GetBoolean());
        Assert.False(read.GetProperty("PreemptionConfig").GetProperty("ServiceSchedulerEnabled").GetBoolean());
        Assert.False((await _api.PutJsonAsync(Scheduler + "?cas=9999", "{}")).GetProperty("Updated").GetBoolean());
        Assert.True((await _api.PutJsonAsync($"{Scheduler}?cas={read.GetProperty("ModifyIndex").GetUInt64()}", "{}")).GetProperty("Updated").GetBoolean());
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.PutRefusedAsync(Scheduler, """{"SchedulerAlgorithm": "random"}""")).Status);
    }

    [Fact]
    public async Task A_memory_max_that_the_region_ignores_is_warned_of()
    {
        const string Wanted = """{"Job": {"ID": "greedy", "TaskGroups": [{"Name": "g", "Tasks": [{"Name": "t", "Driver": "docker", "Config": {"image": "redis:7"}, "Resources": {"MemoryMB": 100, "MemoryMaxMB": 300}}]}]}}""";

        Assert.Contains("task \"t\" of group \"g\": memory_max is ignored", (await _api.PutJsonAsync("/v1/jobs", Wanted)).GetProperty("Warnings").GetString());

        await _api.PutJsonAsync(Scheduler, """{"MemoryOversubscriptionEnabled": true}""");
        Assert.DoesNotContain("memory_max", (await _api.PutJsonAsync("/v1/jobs", Wanted)).GetProperty("Warnings").GetString());
    }

    [Fact]
    public async Task Registering_jobs_can_be_closed()
    {
        await _api.PutJsonAsync(Scheduler, """{"RejectJobRegistration": true}""");

        Assert.Equal(HttpStatusCode.Forbidden, (await _api.PutRefusedAsync("/v1/jobs", Job("default", "docker"))).Status);
    }

    [Fact]
    public async Task A_namespace_takes_jobs_and_says_what_they_may_use()
    {
        Assert.Contains("nonexistent namespace", (await _api.PutRefusedAsync("/v1/jobs", Job("team", "docker"))).Text);
        Assert.True((await _api.PutAsync("/v1/namespace", """{"Name": "team", "Description": "ours", "Capabilities": {"EnabledTaskDrivers": ["docker"]}}""")).IsSuccessStatusCode);

        await _api.PutJsonAsync("/v1/jobs", Job("team", "docker"));
        Assert.Contains("used task driver \"raw_exec\" is not allowed in namespace \"team\"", (await _api.PutRefusedAsync("/v1/jobs", Job("team", "raw_exec"))).Text);
        Assert.Equal("ours", (await _api.GetJsonAsync("/v1/namespace/team")).GetProperty("Description").GetString());
        Assert.Equal(["default", "team"], (await _api.GetJsonAsync("/v1/namespaces")).EnumerateArray().Select(n => n.GetProperty("Name").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.Http.DeleteAsync("/v1/namespace/team")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.Http.DeleteAsync("/v1/namespace/default")).StatusCode);
    }

    [Fact]
    public async Task A_node_pool_is_made_read_and_removed()
    {
        Assert.True((await _api.PutAsync("/v1/node/pools", """{"Name": "gpu", "Description": "with accelerators"}""")).IsSuccessStatusCode);

        Assert.Equal("with accelerators", (await _api.GetJsonAsync("/v1/node/pool/gpu")).GetProperty("Description").GetString());
        Assert.Empty((await _api.GetJsonAsync("/v1/node/pool/gpu/nodes")).EnumerateArray());
        Assert.Empty((await _api.GetJsonAsync("/v1/node/pool/gpu/jobs")).EnumerateArray());
        Assert.True((await _api.Http.DeleteAsync("/v1/node/pool/gpu")).IsSuccessStatusCode);
        Assert.Equal((HttpStatusCode.NotFound, "node pool not found"), await _api.GetRefusedAsync("/v1/node/pool/gpu"));
    }

    [Fact]
    public async Task A_job_of_a_node_pool_that_is_not_there_is_refused_with_those_that_are()
    {
        Assert.Contains("nonexistent node pool \"gpu\": there is \"all\", \"default\"", (await _api.PutRefusedAsync("/v1/jobs", Job("default", "docker", "gpu"))).Text);
        Assert.Contains("nonexistent node pool", (await _api.PutRefusedAsync("/v1/job/api/plan", Job("default", "docker", "gpu"))).Text);

        await _api.PutAsync("/v1/node/pools", """{"Name": "gpu"}""");

        await _api.PutJsonAsync("/v1/jobs", Job("default", "docker", "gpu"));
        await _api.PutJsonAsync("/v1/jobs", Job("default", "docker", "all"));
    }

    private static string Job(string space, string driver, string pool = "default") =>
        $$$"""{"Job": {"ID": "api", "Name": "api", "Namespace": "{{{space}}}", "NodePool": "{{{pool}}}", "Type": "service", "Datacenters": ["*"], "TaskGroups": [{"Name": "app", "Tasks": [{"Name": "server", "Driver": "{{{driver}}}", "Config": {"image": "redis:7", "command": "true"}}]}]}}""";
}
