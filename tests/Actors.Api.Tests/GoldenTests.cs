using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

/// <summary>The shapes of the answers, to the letter: what Nomad's tools decode.</summary>
public sealed class GoldenTests : IAsyncLifetime
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
    public async Task A_job_in_a_list() => Golden.Matches("jobs", await _api.GetJsonAsync("/v1/jobs"));

    [Fact]
    public async Task A_job() => Golden.Matches("job", await _api.GetJsonAsync("/v1/job/web"));

    [Fact]
    public async Task A_job_in_numbers() => Golden.Matches("job-summary", await _api.GetJsonAsync("/v1/job/web/summary"));

    [Fact]
    public async Task The_counts_of_a_job() => Golden.Matches("job-scale", await _api.GetJsonAsync("/v1/job/web/scale"));

    [Fact]
    public async Task A_node_in_a_list() => Golden.Matches("nodes", await _api.GetJsonAsync("/v1/nodes"));

    [Fact]
    public async Task A_node() => Golden.Matches("node", await _api.GetJsonAsync($"/v1/node/{_filled.Node}"));

    [Fact]
    public async Task An_allocation_in_a_list() => Golden.Matches("allocations", await _api.GetJsonAsync("/v1/allocations"));

    [Fact]
    public async Task An_allocation() => Golden.Matches("allocation", await _api.GetJsonAsync($"/v1/allocation/{_filled.First}"));

    [Fact]
    public async Task An_evaluation() => Golden.Matches("evaluation", await _api.GetJsonAsync($"/v1/evaluation/{_filled.Evaluation}"));

    [Fact]
    public async Task An_explanation() => Golden.Matches("explanation", await _api.GetJsonAsync($"/v1/evaluation/{_filled.Evaluation}/explain"));

    [Fact]
    public async Task A_deployment() => Golden.Matches("deployment", await _api.GetJsonAsync($"/v1/deployment/{_filled.Deployment}"));

    [Fact]
    public async Task The_servers() => Golden.Matches("members", await _api.GetJsonAsync("/v1/agent/members"));

    [Fact]
    public async Task The_settings_of_the_scheduler() => Golden.Matches("scheduler-configuration", await _api.GetJsonAsync("/v1/operator/scheduler/configuration"));

    [Fact]
    public async Task The_namespaces() => Golden.Matches("namespaces", await _api.GetJsonAsync("/v1/namespaces"));
}
