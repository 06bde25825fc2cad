using Actors.Contracts.Jobs;
using static Actors.JobSpec.JobCanonicalizer;

namespace Actors.JobSpec.Canonical;

/// <summary>Policies: what a level leaves unset comes from the level above, then from the defaults of the job's type.</summary>
internal static class Policies
{
    public static UpdateStrategy Merge(UpdateStrategy above, UpdateStrategy own) => new()
    {
        Stagger = own.Stagger ?? above.Stagger,
        MaxParallel = own.MaxParallel ?? above.MaxParallel,
        HealthCheck = Or(own.HealthCheck, above.HealthCheck),
        MinHealthyTime = own.MinHealthyTime ?? above.MinHealthyTime,
        HealthyDeadline = own.HealthyDeadline ?? above.HealthyDeadline,
        ProgressDeadline = own.ProgressDeadline ?? above.ProgressDeadline,
        Canary = own.Canary ?? above.Canary,
        AutoRevert = own.AutoRevert ?? above.AutoRevert,
        AutoPromote = own.AutoPromote ?? above.AutoPromote,
    };

    public static UpdateStrategy Fill(UpdateStrategy update) => Merge(
        new UpdateStrategy
        {
            Stagger = TimeSpan.FromSeconds(30),
            MaxParallel = 1,
            HealthCheck = "checks",
            MinHealthyTime = TimeSpan.FromSeconds(10),
            HealthyDeadline = TimeSpan.FromMinutes(5),
            ProgressDeadline = TimeSpan.FromMinutes(10),
            Canary = 0,
            AutoRevert = false,
            AutoPromote = false,
        },
        update);

    public static RestartPolicy Merge(RestartPolicy above, RestartPolicy? own) => own is null ? above : new()
    {
        Interval = own.Interval ?? above.Interval,
        Attempts = own.Attempts ?? above.Attempts,
        Delay = own.Delay ?? above.Delay,
        Mode = Or(own.Mode, above.Mode),
        RenderTemplates = own.RenderTemplates ?? above.RenderTemplates,
    };

    public static RestartPolicy DefaultRestart(string type) => new()
    {
        Interval = type is JobTypes.Batch or JobTypes.SysBatch ? TimeSpan.FromHours(24) : TimeSpan.FromMinutes(30),
        Attempts = type is JobTypes.Batch or JobTypes.SysBatch ? 3 : 2,
        Delay = TimeSpan.FromSeconds(15),
        Mode = "fail",
        RenderTemplates = false,
    };

    /// <summary>The group's policy over the job's over the type's default; system jobs have none by themselves.</summary>
    public static ReschedulePolicy? Reschedule(string type, ReschedulePolicy? job, ReschedulePolicy? group)
    {
        if (job is null && group is null && type is JobTypes.System or JobTypes.SysBatch) return null;
        var given = job is null ? group ?? new ReschedulePolicy() : group is null ? job : Merge(job, group);

        // Counting attempts only makes sense when they are limited; Nomad makes the user say so.
        if (given.Attempts > 0 && given.Unlimited is null) given = given with { Unlimited = false };
        return Merge(DefaultReschedule(type), given);
    }

    private static ReschedulePolicy Merge(ReschedulePolicy above, ReschedulePolicy own) => new()
    {
        Attempts = own.Attempts ?? above.Attempts,
        Interval = own.Interval ?? above.Interval,
        Delay = own.Delay ?? above.Delay,
        DelayFunction = Or(own.DelayFunction, above.DelayFunction),
        MaxDelay = own.MaxDelay ?? above.MaxDelay,
        Unlimited = own.Unlimited ?? above.Unlimited,
    };

    private static ReschedulePolicy DefaultReschedule(string type) => type switch
    {
        JobTypes.Service => new()
        {
            Attempts = 0,
            Interval = TimeSpan.Zero,
            Delay = TimeSpan.FromSeconds(30),
            DelayFunction = "exponential",
            MaxDelay = TimeSpan.FromHours(1),
            Unlimited = true,
        },
        JobTypes.Batch => new()
        {
            Attempts = 1,
            Interval = TimeSpan.FromHours(24),
            Delay = TimeSpan.FromSeconds(5),
            DelayFunction = "constant",
            MaxDelay = TimeSpan.Zero,
            Unlimited = false,
        },
        _ => new() { Attempts = 0, Interval = TimeSpan.Zero, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero, Unlimited = false },
    };

    /// <summary>Only service jobs migrate by a strategy.</summary>
    public static MigrateStrategy? Migrate(string type, MigrateStrategy? job, MigrateStrategy? group)
    {
        if (type != JobTypes.Service) return group ?? job;
        var defaults = new MigrateStrategy
        {
            MaxParallel = 1,
            HealthCheck = "checks",
            MinHealthyTime = TimeSpan.FromSeconds(10),
            HealthyDeadline = TimeSpan.FromMinutes(5),
        };
        return Merge(Merge(defaults, job ?? new MigrateStrategy()), group ?? new MigrateStrategy());
    }

    private static MigrateStrategy Merge(MigrateStrategy above, MigrateStrategy own) => new()
    {
        MaxParallel = own.MaxParallel ?? above.MaxParallel,
        HealthCheck = Or(own.HealthCheck, above.HealthCheck),
        MinHealthyTime = own.MinHealthyTime ?? above.MinHealthyTime,
        HealthyDeadline = own.HealthyDeadline ?? above.HealthyDeadline,
    };
}
