using Actors.Contracts.Jobs;
using static Actors.JobSpec.JobCanonicalizer;

namespace Actors.JobSpec.Canonical;

/// <summary>Services and checks in canonical form.</summary>
internal static class ServiceDefaults
{
    public static Service Canonicalize(Service service, Job job, TaskGroup group, JobTask? task)
    {
        var fallback = task is null ? $"{job.Name}-{group.Name}" : $"{job.Name}-{group.Name}-{task.Name}";
        var name = Interpolate(Or(service.Name, fallback), job, group, task);
        var provider = Or(service.Provider, "consul");
        service = service with
        {
            Name = name,
            AddressMode = Or(service.AddressMode, "auto"),
            OnUpdate = Or(service.OnUpdate, "require_healthy"),
            Provider = provider,
            Cluster = provider == "consul" ? Or(service.Cluster, "default") : service.Cluster,
            Weights = service.Weights ?? new ServiceWeights { Passing = 1, Warning = 1 },
            CheckRestart = Restart(service.CheckRestart),
        };
        var several = service.Checks.Count > 1;
        return service with
        {
            Checks = service.Checks.Map(check => Check(check, service, several) is var done ? done with { Name = Interpolate(done.Name, job, group, task) } : check),
            Connect = service.Connect is { Gateway.Proxy: { } proxy } connect
                ? connect with { Gateway = connect.Gateway with { Proxy = proxy with { ConnectTimeout = proxy.ConnectTimeout ?? TimeSpan.FromSeconds(5) } } }
                : service.Connect,
        };
    }

    private static ServiceCheck Check(ServiceCheck check, Service service, bool several) => check with
    {
        Name = Or(check.Name, several && check.Type.Length > 0 ? $"service: \"{service.Name}\" {check.Type} check" : $"service: \"{service.Name}\" check"),
        OnUpdate = Or(check.OnUpdate, service.OnUpdate),
        CheckRestart = Restart(Merge(service.CheckRestart, check.CheckRestart)),
    };

    private static CheckRestart? Restart(CheckRestart? restart) => restart is null ? null : restart with { Grace = restart.Grace ?? TimeSpan.FromSeconds(1) };

    private static CheckRestart? Merge(CheckRestart? service, CheckRestart? check)
    {
        if (service is null || check is null) return check ?? service;
        return new CheckRestart
        {
            Limit = check.Limit == 0 ? service.Limit : check.Limit,
            Grace = check.Grace ?? service.Grace,
            IgnoreWarnings = check.IgnoreWarnings || service.IgnoreWarnings,
        };
    }

    private static string Interpolate(string text, Job job, TaskGroup group, JobTask? task)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        return text
            .Replace("${JOB}", job.Name, StringComparison.Ordinal)
            .Replace("${TASKGROUP}", group.Name, StringComparison.Ordinal)
            .Replace("${TASK}", task?.Name ?? "", StringComparison.Ordinal)
            .Replace("${BASE}", task is null ? $"{job.Name}-{group.Name}" : $"{job.Name}-{group.Name}-{task.Name}", StringComparison.Ordinal);
    }
}
