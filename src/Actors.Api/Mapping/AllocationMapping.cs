using System.Globalization;
using Actors.Api.Models;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Api.Mapping;

/// <summary>Allocations in Nomad's shape.</summary>
internal static class AllocationMapping
{
    private static readonly DesiredTransitionModel NoTransition = new();
    private static readonly DesiredTransitionModel MigrateTransition = new() { Migrate = true };

    /// <summary>An allocation in a list.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="jobType">Its job's type; "" when the job is gone.</param>
    /// <param name="withTaskStates">With its tasks (unless <c>?task_states=false</c>).</param>
    /// <param name="withResources">With what it holds (<c>?resources</c>).</param>
    public static AllocListStub ToStub(Allocation allocation, string jobType, bool withTaskStates = true, bool withResources = false) => new()
    {
        Id = allocation.Id.ToString(),
        EvalId = allocation.EvaluationId.ToString(),
        Name = allocation.Name,
        Namespace = allocation.JobId.Namespace,
        NodeId = allocation.NodeId.ToString(),
        NodeName = allocation.NodeName,
        JobId = allocation.JobId.Id,
        JobType = jobType,
        JobVersion = allocation.JobVersion,
        TaskGroup = allocation.TaskGroup,
        AllocatedResources = withResources ? Resources(allocation, "host") : null,
        DesiredStatus = Wire.Word(allocation.DesiredStatus),
        DesiredDescription = allocation.DesiredDescription,
        ClientStatus = Wire.Word(allocation.ClientStatus),
        ClientDescription = allocation.ClientDescription,
        DesiredTransition = allocation.Migrate ? MigrateTransition : NoTransition,
        TaskStates = withTaskStates ? TaskStates(allocation) : null,
        DeploymentStatus = DeploymentStatus(allocation),
        FollowupEvalId = allocation.FollowupEvaluation?.ToString() ?? "",
        NextAllocation = allocation.NextAllocation?.ToString() ?? "",
        RescheduleTracker = Reschedules(allocation),
        PreemptedAllocations = Preempted(allocation),
        PreemptedByAllocation = allocation.PreemptedBy?.ToString() ?? "",
        CreateIndex = allocation.CreateIndex,
        ModifyIndex = allocation.ModifyIndex,
        CreateTime = Wire.UnixNanoseconds(allocation.CreateTime),
        ModifyTime = Wire.UnixNanoseconds(allocation.ModifyTime),
    };

    /// <summary>An allocation, whole.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="job">The version of the job that it runs, or null when that is no longer kept.</param>
    public static AllocModel ToModel(Allocation allocation, Job? job) => new()
    {
        Id = allocation.Id.ToString(),
        Namespace = allocation.JobId.Namespace,
        EvalId = allocation.EvaluationId.ToString(),
        Name = allocation.Name,
        NodeId = allocation.NodeId.ToString(),
        NodeName = allocation.NodeName,
        JobId = allocation.JobId.Id,
        Job = job,
        TaskGroup = allocation.TaskGroup,
        Resources = new ResourcesModel
        {
            Cpu = allocation.Resources.TotalCpuMhz,
            MemoryMb = allocation.Resources.TotalMemoryMb,
            DiskMb = allocation.Resources.DiskMb,
            Networks = Networks(allocation.Resources.Ports),
        },
        SharedResources = new ResourcesModel
        {
            Cpu = 0,
            MemoryMb = 0,
            DiskMb = allocation.Resources.DiskMb,
            Networks = Networks([.. allocation.Resources.Ports.Where(p => p.Task is null)], ModeOf(allocation, job)),
        },
        TaskResources = allocation.Resources.Tasks.ToDictionary(t => t.Key, t => new ResourcesModel
        {
            Cpu = t.Value.CpuMhz,
            Cores = t.Value.Cores?.Count ?? 0,
            MemoryMb = t.Value.MemoryMb,
            MemoryMaxMb = t.Value.MemoryMaxMb,
            DiskMb = 0,
            Networks = Networks([.. allocation.Resources.Ports.Where(p => p.Task == t.Key)]),
        }),
        AllocatedResources = Resources(allocation, ModeOf(allocation, job)),
        Metrics = allocation.Metrics is { } metrics ? EvaluationMapping.ToModel(metrics) : null,
        DesiredStatus = Wire.Word(allocation.DesiredStatus),
        DesiredDescription = allocation.DesiredDescription,
        DesiredTransition = allocation.Migrate ? MigrateTransition : NoTransition,
        ClientStatus = Wire.Word(allocation.ClientStatus),
        ClientDescription = allocation.ClientDescription,
        TaskStates = TaskStates(allocation),
        NetworkStatus = allocation.Network is { } made
            ? new NetworkStatusModel(made.Interface, made.Address, made.AddressIpv6, made.DnsServers.Count > 0 ? new NetworkDnsModel(made.DnsServers) : null)
            : null,
        PreviousAllocation = allocation.PreviousAllocation?.ToString() ?? "",
        NextAllocation = allocation.NextAllocation?.ToString() ?? "",
        DeploymentId = allocation.DeploymentId?.ToString() ?? "",
        DeploymentStatus = DeploymentStatus(allocation),
        RescheduleTracker = Reschedules(allocation),
        FollowupEvalId = allocation.FollowupEvaluation?.ToString() ?? "",
        PreemptedAllocations = Preempted(allocation),
        PreemptedByAllocation = allocation.PreemptedBy?.ToString() ?? "",
        CreateIndex = allocation.CreateIndex,
        ModifyIndex = allocation.ModifyIndex,
        AllocModifyIndex = allocation.AllocModifyIndex,
        CreateTime = Wire.UnixNanoseconds(allocation.CreateTime),
        ModifyTime = Wire.UnixNanoseconds(allocation.ModifyTime),
    };

    private static IReadOnlyList<string>? Preempted(Allocation allocation) => allocation.Preempted.Count == 0 ? null : [.. allocation.Preempted.Select(id => id.ToString())];

    private static string ModeOf(Allocation allocation, Job? job) =>
        job?.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup)?.Networks.FirstOrDefault()?.Mode is { Length: > 0 } mode ? mode : "host";

    private static AllocatedResourcesModel Resources(Allocation allocation, string mode) => new()
    {
        Tasks = allocation.Resources.Tasks.ToDictionary(t => t.Key, t => new AllocatedTaskModel
        {
            Cpu = new AllocatedCpuModel(t.Value.CpuMhz, t.Value.Cores is { Count: > 0 } cores ? cores : null),
            Memory = new AllocatedMemoryModel(t.Value.MemoryMb, t.Value.MemoryMaxMb),
            Networks = Networks([.. allocation.Resources.Ports.Where(p => p.Task == t.Key)]),
            Devices = t.Value.Devices is { Count: > 0 } devices ? [.. devices.Select(d => new AllocatedDeviceModel(d.Vendor, d.Type, d.Name, d.Ids))] : null,
        }),
        Shared = new AllocatedSharedModel
        {
            Networks = Networks([.. allocation.Resources.Ports.Where(p => p.Task is null)], mode),
            DiskMb = allocation.Resources.DiskMb,
            Ports = allocation.Resources.Ports.Count == 0
                ? null
                : [.. allocation.Resources.Ports.Select(p => new PortMappingModel(p.Label, p.Value, p.To, p.HostIp))],
        },
    };

    // Whether a port was asked for by number or not is not kept with the allocation: Nomad's tools show both alike.
    private static List<NetworkModel>? Networks(IReadOnlyList<AllocatedPort> ports, string mode = "host") => ports.Count == 0
        ? null
        : [.. ports.GroupBy(p => p.HostIp, StringComparer.Ordinal).Select(g => new NetworkModel
        {
            Mode = mode,
            Ip = g.Key,
            DynamicPorts = [.. g.Select(p => new PortModel(p.Label, p.Value, p.To, "default"))],
        })];

    private static Dictionary<string, TaskStateModel>? TaskStates(Allocation allocation) => allocation.TaskStates.Count == 0
        ? null
        : allocation.TaskStates.ToDictionary(t => t.Key, t => new TaskStateModel
        {
            State = Wire.Word(t.Value.State),
            Failed = t.Value.Failed,
            Restarts = t.Value.Restarts,
            LastRestart = t.Value.LastRestart,
            StartedAt = t.Value.StartedAt,
            FinishedAt = t.Value.FinishedAt,
            Events = [.. t.Value.Events.Select(ToModel)],
        });

    // Older tools read these fields, newer ones the details: both are there.
    private static TaskEventModel ToModel(TaskEvent e) => new()
    {
        Type = e.Type,
        Time = Wire.UnixNanoseconds(e.At),
        Message = Detail(e, "message"),
        DisplayMessage = e.DisplayMessage,
        Details = e.Details ?? new Dictionary<string, string>(),
        FailsTask = e.FailsTask,
        RestartReason = Detail(e, "restart_reason"),
        SetupError = Detail(e, "setup_error"),
        DriverError = Detail(e, "driver_error"),
        DriverMessage = Detail(e, "driver_message"),
        ExitCode = (int)Number(e, "exit_code"),
        Signal = (int)Number(e, "signal"),
        KillTimeout = Number(e, "kill_timeout"),
        KillError = Detail(e, "kill_error"),
        KillReason = Detail(e, "kill_reason"),
        StartDelay = Number(e, "start_delay"),
        DownloadError = Detail(e, "download_error"),
        ValidationError = Detail(e, "validation_error"),
        FailedSibling = Detail(e, "failed_sibling"),
        TaskSignalReason = Detail(e, "task_signal_reason"),
        TaskSignal = Detail(e, "task_signal"),
    };

    private static string Detail(TaskEvent e, string name) => e.Details?.GetValueOrDefault(name) ?? "";

    private static long Number(TaskEvent e, string name)
    {
        var text = Detail(e, name);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        return GoDuration.TryParse(text, out var duration) ? Wire.Nanoseconds(duration) : 0;
    }

    private static AllocDeploymentStatusModel? DeploymentStatus(Allocation allocation) => allocation.DeploymentId is null && allocation.Health is null
        ? null
        : new AllocDeploymentStatusModel
        {
            Healthy = allocation.Health?.Healthy,
            Timestamp = allocation.Health?.At,
            Canary = allocation.Canary,
            ModifyIndex = allocation.Health?.ModifyIndex ?? 0,
        };

    private static RescheduleTrackerModel? Reschedules(Allocation allocation) => allocation.Reschedules.Count == 0
        ? null
        : new RescheduleTrackerModel([.. allocation.Reschedules.Select(r => new RescheduleEventModel
        {
            RescheduleTime = Wire.UnixNanoseconds(r.At),
            PrevAllocId = r.PreviousAllocation.ToString(),
            PrevNodeId = r.PreviousNode.ToString(),
            Delay = Wire.Nanoseconds(r.Delay),
        })]);
}
