using System.Text.Json;
using Actors.Cli.Commands;

namespace Actors.Cli.Tests.Commands;

public sealed class HealthWaitsSpecs
{
    private static readonly JsonElement Deployment = Json("""{"TaskGroups": {"app": {"RequireProgressBy": "2100-01-01T00:10:00Z"}}}""");

    [Fact]
    public void Names_the_checks_that_must_pass_and_until_when()
    {
        var job = Json("""{"TaskGroups": [{"Name": "app", "Update": {"HealthCheck": "checks", "MinHealthyTime": 10000000000}, "Services": [{"PortLabel": "http", "Checks": [{"Name": "alive", "Type": "http", "Path": "/health"}]}]}]}""");

        Assert.Equal(
            "Group \"app\": 1 running allocation is not healthy yet: waiting for check \"alive\" (http, port http /health) to pass (for 10s); it fails at 2100-01-01T00:10:00Z",
            Assert.Single(HealthWaits.Lines(job, Deployment, [Allocation("running")], TimeProvider.System)));
    }

    [Theory]
    [InlineData("manual", "someone to say that they are")]
    [InlineData("task_states", "their tasks to keep running (for 0s)")]
    [InlineData("checks", "their tasks to keep running (for 0s)")]
    public void Says_what_else_makes_an_allocation_healthy(string healthCheck, string what)
    {
        var job = Json($$$"""{"TaskGroups": [{"Name": "app", "Update": {"HealthCheck": "{{{healthCheck}}}"}}]}""");

        Assert.Contains(what, Assert.Single(HealthWaits.Lines(job, Deployment, [Allocation("running")], TimeProvider.System)), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_nothing_of_what_does_not_run_is_judged_or_has_just_begun()
    {
        var job = Json("""{"TaskGroups": [{"Name": "app"}]}""");
        JsonElement[] allocations = [Allocation("pending"), Allocation("running", "\"DeploymentStatus\": {\"Healthy\": false},"), Allocation("running", created: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000)];

        Assert.Empty(HealthWaits.Lines(job, Deployment, allocations, TimeProvider.System));
    }

    private static JsonElement Allocation(string status, string more = "", long created = 1_700_000_000_000_000_000) =>
        Json($$"""{"TaskGroup": "app", {{more}} "ClientStatus": "{{status}}", "DesiredStatus": "run", "CreateTime": {{created}}}""");

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
