using Actors.Contracts.Jobs;
using Actors.Server.Tests.Hosting;
using Xunit;

namespace Actors.Server.Tests.Journeys;

public sealed class PeriodicJourney
{
    [Fact]
    public async Task A_periodic_job_launches_a_child_each_time_and_stops_launching_with_the_job()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("tick"), Periodic("tick", "* * * * * * *")));

        var children = await server.EventuallyAsync(s => Children(s, "tick") is { Count: >= 3 } found ? found : null, "three launches");
        await server.SendAsync<JobChanged>(c => new DeregisterJob(c, Samples.Id("tick"), Purge: false));

        Assert.All(children, child => Assert.Equal("tick", child.ParentId));
        var stopped = Children(server.Region.State, "tick").Count;
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("later"), Periodic("later", "* * * * * * *")));
        await server.EventuallyAsync(s => Children(s, "later") is { Count: >= 2 } found ? found : null, "another job's launches, seconds later");
        Assert.Equal(stopped, Children(server.Region.State, "tick").Count);
    }

    [Fact]
    public async Task A_server_that_comes_back_makes_up_for_one_missed_launch_and_doubles_none()
    {
        var folder = TestServer.NewFolder();
        var due = DateTimeOffset.UtcNow;
        {
            var server = await TestServer.StartAsync(dataDir: folder);
            await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("tick"), Periodic("tick", "*/2 * * * * * *")));
            await server.EventuallyAsync(s => Children(s, "tick") is { Count: >= 1 } found ? found : null, "the first launch");
            await server.StopAsync();
        }

        await using var again = await TestServer.StartAsync(dataDir: folder);
        var ready = DateTimeOffset.UtcNow;
        await again.EventuallyAsync(s => s.FindJob(Samples.Id("tick"))!.LaunchedUntil > ready ? "on" : null, "it goes on");

        var times = Children(again.Region.State, "tick").Select(c => long.Parse(c.Id["tick/periodic-".Length..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Distinct(), times);
        Assert.All(times, time => Assert.Equal(0, time % 2));
        Assert.All(times, time => Assert.True(time >= due.ToUnixTimeSeconds()));
    }

    private static List<Job> Children(Actors.State.RegionState state, string parent) => [.. state.JobsOfNamespace("default", parent + "/").Select(c => c.Job)];

    /// <summary>A batch job with a schedule.</summary>
    internal static Job Periodic(string name, string cron) => Samples.Service(name) with
    {
        Type = JobTypes.Batch,
        Periodic = new PeriodicConfig { Enabled = true, Specs = [cron], SpecType = "cron", ProhibitOverlap = false, TimeZone = "UTC" },
        TaskGroups = [.. Samples.Service(name).TaskGroups.Select(g => g with { Update = null, Migrate = null })],
    };
}
