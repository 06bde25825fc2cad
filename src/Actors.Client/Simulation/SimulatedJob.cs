using System.Collections.Concurrent;
using System.Text.Json;
using Actors.Client.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Actors.Drivers;
using Actors.Drivers.Mock;

namespace Actors.Client.Simulation;

/// <summary>What a simulated node needs to know of a task group.</summary>
/// <param name="Tasks">Its tasks' names.</param>
/// <param name="RunFor">How long it runs, as its job says; null: it doesn't say.</param>
/// <param name="Fails">It fails when it ends.</param>
/// <param name="HealthyAfter">How long it must run to be healthy for its deployment.</param>
/// <param name="MovedAfter">How long one that takes another's place must run to be healthy; null: nobody asks.</param>
internal sealed record SimulatedGroup(IReadOnlyList<string> Tasks, TimeSpan? RunFor, bool Fails, TimeSpan HealthyAfter, TimeSpan? MovedAfter);

/// <summary>A version of a job, shared by all nodes of a fleet.</summary>
/// <param name="Groups">Its groups by name.</param>
internal sealed record SimulatedJob(IReadOnlyDictionary<string, SimulatedGroup> Groups)
{
    /// <summary>Reads a job as the servers send it.</summary>
    /// <exception cref="JsonException">It can't be read.</exception>
    public static SimulatedJob Read(ReadOnlySpan<byte> json)
    {
        var job = JsonSerializer.Deserialize(json, ContractsJson.Default.Job) ?? throw new JsonException("job_json is null");
        return new SimulatedJob(job.TaskGroups.ToDictionary(group => group.Name, group => Of(job, group)));
    }

    private static SimulatedGroup Of(Job job, TaskGroup group)
    {
        var tasks = group.Tasks.Select(task => (task.Name, Run: Run(task))).ToList();
        return new SimulatedGroup(
            [.. tasks.Select(task => task.Name)],
            tasks.Exists(task => task.Run.For is null) ? null : tasks.Max(task => task.Run.For),
            tasks.Exists(task => task.Run.Fails),
            group.Update?.MinHealthyTime ?? TimeSpan.Zero,
            HealthRules.For(job, group, inDeployment: false)?.MinHealthyTime);
    }

    private static (TimeSpan? For, bool Fails) Run(JobTask task)
    {
        if (task.Driver != MockDriver.DriverName) return (null, false);
        try
        {
            var config = MockTaskConfig.Read(task.Config);
            return config.StartError is null
                ? (task.Config.ContainsKey("run_for") ? config.RunFor : null, !config.Exit.Successful)
                : (TimeSpan.Zero, true);
        }
        catch (DriverException)
        {
            return (TimeSpan.Zero, true);
        }
    }
}

/// <summary>The jobs that a fleet's nodes were sent: each is read once, however many nodes get it.</summary>
internal sealed class SimulatedJobs
{
    private readonly ConcurrentDictionary<(string Namespace, string Id, ulong Version), SimulatedJob> _jobs = new();

    /// <summary>Takes a job.</summary>
    /// <exception cref="JsonException">It can't be read.</exception>
    public void Add(DesiredJob job)
    {
        var key = (job.Namespace, job.JobId, job.Version);
        if (!_jobs.ContainsKey(key)) _jobs[key] = SimulatedJob.Read(job.JobJson.Span);
    }

    /// <summary>The job of an allocation, or null when it was never sent.</summary>
    public SimulatedJob? Find(DesiredAllocation allocation) => _jobs.GetValueOrDefault((allocation.Namespace, allocation.JobId, allocation.JobVersion));
}
