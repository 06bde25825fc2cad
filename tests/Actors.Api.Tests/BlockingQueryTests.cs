using System.Diagnostics;
using Actors.Api.Tests.Hosting;
using Actors.Contracts;
using Actors.Testing;

namespace Actors.Api.Tests;

public sealed class BlockingQueryTests : IAsyncLifetime
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
    public async Task Waits_for_a_change_and_answers_with_it()
    {
        var known = _api.Region.State.Index;
        var waiting = _api.Http.GetAsync($"/v1/job/web/allocations?index={known}&wait=60s");
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 1), "the query waits");
        Assert.False(waiting.IsCompleted);

        _api.Region.Append(Samples.Running(_filled.Node, _filled.First));
        using var answer = await waiting;

        Assert.True(answer.Index() > known);
    }

    [Fact]
    public async Task A_change_of_something_else_does_not_wake_it()
    {
        var known = _api.Region.State.Index;
        var waiting = _api.Http.GetAsync($"/v1/job/web/allocations?index={known}&wait=60s");
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 1), "the query waits");

        _api.Region.Append(Samples.Registered(Samples.Job("other"), new EvaluationId(_api.Region.NewId())));
        Assert.Equal(1, _api.Region.Waiting);
        Assert.False(waiting.IsCompleted);

        _api.Region.Append(Samples.Running(_filled.Node, _filled.Second));
        using var answer = await waiting;
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Answers_at_once_when_the_change_was_before()
    {
        using var answer = await _api.Http.GetAsync("/v1/jobs?index=1&wait=60s").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(answer.Index() > 1);
    }

    [Fact]
    public async Task Answers_with_what_there_is_when_the_time_is_up()
    {
        var known = _api.Region.State.Index;
        var watch = Stopwatch.StartNew();
        using var answer = await _api.Http.GetAsync($"/v1/job/web?index={known}&wait=200ms");

        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(190), $"it waited {watch.Elapsed}");
        Assert.True(answer.Index() <= known);
        Assert.Contains("\"web\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_list_of_jobs_wakes_when_an_allocation_changes_because_it_shows_counts()
    {
        var waiting = _api.Http.GetAsync($"/v1/jobs?index={_api.Region.State.Index}&wait=60s");
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 2), "the query waits");

        _api.Region.Append(Samples.Running(_filled.Node, _filled.First));
        using var answer = await waiting;

        Assert.Equal(_api.Region.State.Index, answer.Index());
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 0), "nobody waits any more");
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_not_waited_for()
    {
        using var patience = new CancellationTokenSource();
        var waiting = _api.Http.GetAsync($"/v1/nodes?index={_api.Region.State.Index}&wait=60s", patience.Token);
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 1), "the query waits");

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.IsSoAsync(() => Task.FromResult(_api.Region.Waiting == 0), "nobody waits any more");
    }

    [Theory]
    [InlineData("index=-1", "index must be a whole number")]
    [InlineData("index=abc", "index must be a whole number")]
    [InlineData("index=1&wait=soon", "Invalid wait time")]
    [InlineData("index=1&wait=-5s", "Invalid wait time")]
    [InlineData("stale&consistent", "exclude each other")]
    [InlineData("per_page=many", "per_page must be a whole number")]
    [InlineData("next_token=nonsense", "next_token \"nonsense\" is not one that this list gave")]
    public async Task Parameters_that_make_no_sense_are_refused_by_name(string query, string reason)
    {
        var (status, text) = await _api.GetRefusedAsync($"/v1/nodes?{query}");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text);
    }
}
