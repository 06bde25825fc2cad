using Actors.Client.Allocations.Hooks;
using Actors.Client.Tasks;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Drivers;

namespace Actors.Client.Allocations;

/// <summary>The services of an allocation with every reference that is known replaced: in names, tags, meta, ports, addresses and checks.</summary>
internal static class ServiceInterpolation
{
    /// <summary>The group's services with what the allocation knows, each task's services with what the task knows.</summary>
    public static IReadOnlyList<Service> Of(AllocationScope scope)
    {
        if (scope.Group.Services.Count == 0 && scope.Group.Tasks.All(t => t.Services.Count == 0)) return [];
        return [.. Replaced(scope, scope.Group.Services, new JobTask()), .. scope.Group.Tasks.SelectMany(t => Replaced(scope, t.Services, t))];
    }

    private static IEnumerable<Service> Replaced(AllocationScope scope, EquatableList<Service> services, JobTask task)
    {
        if (services.Count == 0) yield break;
        var environment = EnvironmentBuilder.Build(new EnvironmentInput
        {
            Allocation = scope.Allocation,
            Job = scope.Job,
            Group = scope.Group,
            Task = task,
            Node = scope.Node,
            Region = scope.Region,
            Paths = scope.Client.Directories.PathsOf(scope.Allocation.Id, task.Name),
            Isolation = FileSystemIsolation.Image,
        });
        var node = Interpolation.NodeValues(scope.Node, scope.Region);
        foreach (var service in services)
        {
            yield return service with
            {
                Name = Text(service.Name),
                PortLabel = Text(service.PortLabel),
                Address = Text(service.Address),
                Tags = service.Tags.Map(Text),
                CanaryTags = service.CanaryTags.Map(Text),
                Meta = Texts(service.Meta),
                CanaryMeta = Texts(service.CanaryMeta),
                Checks = service.Checks.Map(Check),
            };
        }

        string Text(string text) => Interpolation.Replace(text, environment, node);

        EquatableMap<string> Texts(EquatableMap<string> map) => map.Select(e => KeyValuePair.Create(Text(e.Key), Text(e.Value))).ToEquatableMap();

        ServiceCheck Check(ServiceCheck check) => check with
        {
            Name = Text(check.Name),
            Type = Text(check.Type),
            Path = Text(check.Path),
            Protocol = Text(check.Protocol),
            PortLabel = Text(check.PortLabel),
            Method = Text(check.Method),
            Body = Text(check.Body),
            Command = Text(check.Command),
            Args = check.Args.Map(Text),
            Header = check.Header.Select(h => KeyValuePair.Create(Text(h.Key), h.Value.Map(Text))).ToEquatableMap(),
        };
    }
}
