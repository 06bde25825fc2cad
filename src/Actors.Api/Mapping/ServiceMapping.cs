using Actors.Api.Models;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.State;

namespace Actors.Api.Mapping;

/// <summary>The services that running allocations offer and that say <c>provider = "nomad"</c>: they follow from the state, and are stored nowhere.</summary>
internal static class ServiceMapping
{
    /// <summary>An allocation's services; none unless it runs.</summary>
    public static List<ServiceRegistrationModel> Of(Allocation allocation, RegionState state)
    {
        var services = new List<ServiceRegistrationModel>();
        if (allocation.ServerTerminal || allocation.ClientStatus != AllocationClientStatus.Running)
            return services;

        var group = state.FindJobVersion(allocation.JobId, allocation.JobVersion)?.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup);
        if (group is null)
            return services;

        var datacenter = state.FindNode(allocation.NodeId)?.Datacenter ?? "";
        foreach (var service in group.Services)
            Add($"group-{group.Name}", service);
        foreach (var task in group.Tasks)
        {
            foreach (var service in task.Services)
                Add(task.Name, service);
        }

        return services;

        void Add(string owner, Service service)
        {
            if (service.Provider != "nomad")
                return;
            var port = allocation.Resources.Ports.FirstOrDefault(p => p.Label == service.PortLabel);
            services.Add(new ServiceRegistrationModel
            {
                Id = $"_nomad-task-{allocation.Id}-{owner}-{service.Name}-{service.PortLabel}",
                ServiceName = service.Name,
                Namespace = allocation.JobId.Namespace,
                NodeId = allocation.NodeId.ToString(),
                Datacenter = datacenter,
                JobId = allocation.JobId.Id,
                AllocId = allocation.Id.ToString(),
                Tags = [.. allocation.Canary && service.CanaryTags.Count > 0 ? service.CanaryTags : service.Tags],
                Address = service.Address.Length > 0 ? service.Address : port?.HostIp ?? "",
                Port = port?.Value ?? 0,
                CreateIndex = allocation.CreateIndex,
                ModifyIndex = allocation.ModifyIndex,
            });
        }
    }
}
