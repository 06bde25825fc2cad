using System.Globalization;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Drivers.Mock;

namespace Actors.Cli.Commands.Benches;

/// <summary>The jobs of a bench, each like the others but for its name and size. The same number makes the same job again.</summary>
/// <param name="Template">What they are like.</param>
/// <param name="Prefix">Their ids: this, a dash and a number.</param>
/// <param name="Cpu">What each task asks for, drawn anew for each job; null: as the template says.</param>
/// <param name="Memory">Likewise.</param>
internal sealed record BenchJobs(Job Template, string Prefix, Amount? Cpu, Amount? Memory)
{
    /// <summary>A job of one group that only pretends to run.</summary>
    /// <param name="type">The job's type.</param>
    /// <param name="count">How many allocations.</param>
    /// <param name="runFor">How long each runs.</param>
    public static Job Pretended(string type, int count, TimeSpan runFor) => new()
    {
        Type = type,
        Datacenters = ["*"],
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "bench",
                Count = count,
                Tasks =
                [
                    new JobTask
                    {
                        Name = "bench",
                        Driver = MockDriver.DriverName,
                        Config = EquatableMap.Of(("run_for", ConfigValue.Of(CommandLine.GoDuration.Format(runFor)))),
                    },
                ],
            },
        ],
    };

    /// <summary>How many allocations one job wants.</summary>
    public int Count => Template.TaskGroups.Sum(group => group.Count ?? 1);

    /// <summary>The id of one.</summary>
    public string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{number}");

    /// <summary>One job.</summary>
    public Job Make(int number)
    {
        var random = new Random(number);
        var (cpu, memory) = (Cpu?.Draw(random), Memory?.Draw(random));
        return Template with
        {
            Id = Id(number),
            Name = Id(number),
            TaskGroups = [.. Template.TaskGroups.Select(group => group with { Tasks = [.. group.Tasks.Select(task => Sized(task, cpu, memory))] })],
        };
    }

    /// <summary>What the tasks of so many jobs ask for together.</summary>
    public (long CpuMhz, long MemoryMb) Asked(int jobs)
    {
        var (cpu, memory) = (0L, 0L);
        foreach (var group in Enumerable.Range(0, jobs).SelectMany(number => Make(number).TaskGroups))
        {
            cpu += (group.Count ?? 1) * group.Tasks.Sum(task => (long)(task.Resources?.CpuMhz ?? 0));
            memory += (group.Count ?? 1) * group.Tasks.Sum(task => (long)(task.Resources?.MemoryMb ?? 0));
        }

        return (cpu, memory);
    }

    private static JobTask Sized(JobTask task, int? cpu, int? memory)
    {
        var asked = task.Resources ?? new Resources();
        return task with { Resources = asked with { CpuMhz = cpu ?? asked.CpuMhz, MemoryMb = memory ?? asked.MemoryMb } };
    }
}
