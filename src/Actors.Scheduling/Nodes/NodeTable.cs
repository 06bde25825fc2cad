using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>
/// All nodes of the region with what they hold, in columns: where placements are chosen. Mutable, and owned by one: the scheduler singleton
/// (or a dry run's own copy). What it holds is the state's allocations that are not over, and reservations for plans under way.
/// </summary>
public sealed partial class NodeTable
{
    private readonly NodeColumns _nodes = new();
    private readonly Dictionary<NodeId, int> _rows = [];
    private readonly AllocationSlots _allocations = new();
    private readonly List<JobEntry> _jobs = [];
    private readonly Dictionary<JobId, int> _jobNumbers = [];
    private readonly Names _groups = new();
    private readonly Names _datacenters = new();
    private readonly Names _pools = new();
    private readonly Names _classes = new();
    private readonly Names _operatorClasses = new();
    private readonly Names _drivers = new();
    private readonly Dictionary<NodeId, List<int>> _orphans = [];
    private IReadOnlyDictionary<string, AllocatedTaskResources>? _lastSized;
    private (int Cpu, int Memory, int Cores) _lastSize;

    /// <summary>The operator's choices, as the state has them.</summary>
    public SchedulerConfiguration Configuration { get; set; } = new();

    /// <summary>The index of the state it shows.</summary>
    public ulong Index { get; private set; }

    /// <summary>How many nodes it knows.</summary>
    public int NodeCount => _rows.Count;

    /// <summary>How many allocations and reservations hold something.</summary>
    public int AllocationCount => _allocations.Count;

    /// <summary>What a node has for allocations and what of it is held, or null for an unknown node.</summary>
    /// <param name="id">The node.</param>
    public NodeUse? UseOf(NodeId id) => _rows.TryGetValue(id, out var row)
        ? new NodeUse(_nodes.Cpu[row], _nodes.UsedCpu[row], _nodes.Memory[row], _nodes.UsedMemory[row], _nodes.Disk[row], _nodes.UsedDisk[row])
        : null;

    /// <summary>Takes a node in, or what is new of it.</summary>
    internal void Upsert(Node node)
    {
        var isNew = !_rows.TryGetValue(node.Id, out var row);
        if (isNew)
        {
            row = _nodes.Take();
            _rows.Add(node.Id, row);
            _nodes.Head[row] = -1;
            _nodes.Tie[row] = Hash.Of(node.Id.Value);
            (_nodes.UsedCpu[row], _nodes.UsedMemory[row], _nodes.UsedDisk[row], _nodes.UsedCores[row]) = (0, 0, 0, 0);
        }

        _nodes.Node[row] = node;
        _nodes.Accepts[row] = node.AcceptsAllocations;
        _nodes.Cpu[row] = node.Resources.CpuMhz - node.Reserved.CpuMhz;
        _nodes.Memory[row] = node.Resources.MemoryMb - node.Reserved.MemoryMb;
        _nodes.Disk[row] = node.Resources.DiskMb - node.Reserved.DiskMb;
        _nodes.Cores[row] = node.ReservableCores.Count();
        _nodes.Datacenter[row] = _datacenters.NumberOf(node.Datacenter);
        _nodes.Pool[row] = _pools.NumberOf(node.NodePool);
        // A node without a computed class is alone in its own.
        _nodes.Class[row] = _classes.NumberOf(node.ComputedClass.Length == 0 ? $"node {node.Id}" : node.ComputedClass);
        _nodes.OperatorClass[row] = _operatorClasses.NumberOf(node.NodeClass);
        _nodes.Drivers[row] = DriversOf(node);
        RebuildPorts(row);

        if (isNew && _orphans.Remove(node.Id, out var waiting))
        {
            foreach (var slot in waiting) AttachToNode(slot, row);
        }
    }

    /// <summary>Forgets a node. Its allocations are kept until the state says that they are over: the node may register again.</summary>
    internal void Remove(NodeId id)
    {
        if (!_rows.Remove(id, out var row)) return;
        for (var slot = _nodes.Head[row]; slot >= 0;)
        {
            var next = _allocations[slot].NextOnNode;
            DetachFromNode(slot);
            Orphan(id, slot);
            slot = next;
        }

        _nodes.Free(row);
    }

    /// <summary>Takes an allocation in, or what is new of it; one that is over gives its room back.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="group">Its group, or null when its job's version is not known.</param>
    internal void Upsert(Allocation allocation, TaskGroup? group = null)
    {
        var known = _allocations.Find(allocation.Id);
        if (known >= 0)
        {
            // What an allocation holds stays the same from its placement to its end; most changes are its client's.
            if (!allocation.Terminal && _allocations[known].Row >= 0 && SameSize(known, allocation.Resources))
            {
                _allocations[known].Reserved = false;
                return;
            }

            Drop(known);
        }

        if (allocation.Terminal) return;
        var soleVolumes = group is null ? [] : SlotExtras.SoleVolumesOf(group, allocation.NameIndex);
        var (cpu, memory, cores) = SizeOf(allocation.Resources);
        var row = _rows.GetValueOrDefault(allocation.NodeId, -1);
        var slot = Hold(allocation.Id, row, NumberOf(allocation.JobId), _groups.NumberOf(allocation.TaskGroup), new Size(cpu, memory, allocation.Resources.DiskMb, cores), allocation.Resources.Ports, SlotExtras.Of(allocation.Resources.Tasks, soleVolumes));
        if (row < 0) Orphan(allocation.NodeId, slot);
    }

    /// <summary>Gives an allocation's room back.</summary>
    internal void Remove(AllocationId id)
    {
        var slot = _allocations.Find(id);
        if (slot >= 0) Drop(slot);
    }

    private int Hold(AllocationId id, int row, int job, int group, in Size size, IReadOnlyList<AllocatedPort> ports, SlotExtras? extras)
    {
        var head = _jobs[job].Head;
        var slot = _allocations.Add(new AllocationSlot
        {
            Id = id,
            Row = -1,
            Job = job,
            Group = group,
            Cpu = size.Cpu,
            Memory = size.Memory,
            Disk = size.Disk,
            Cores = size.Cores,
            Ports = ports,
            Extras = extras,
            NextOnNode = -1,
            PreviousOnNode = -1,
            NextOfJob = head,
            PreviousOfJob = -1,
        });
        if (head >= 0) _allocations[head].PreviousOfJob = slot;
        _jobs[job].Head = slot;

        if (row >= 0) AttachToNode(slot, row);
        return slot;
    }

    private void Drop(int slot)
    {
        ref var allocation = ref _allocations[slot];
        if (allocation.Row >= 0) DetachFromNode(slot);
        else foreach (var waiting in _orphans.Values) waiting.Remove(slot);

        if (allocation.PreviousOfJob >= 0) _allocations[allocation.PreviousOfJob].NextOfJob = allocation.NextOfJob;
        else _jobs[allocation.Job].Head = allocation.NextOfJob;
        if (allocation.NextOfJob >= 0) _allocations[allocation.NextOfJob].PreviousOfJob = allocation.PreviousOfJob;
        _allocations.Remove(slot);
    }

    private void AttachToNode(int slot, int row)
    {
        ref var allocation = ref _allocations[slot];
        allocation.Row = row;
        allocation.PreviousOnNode = -1;
        allocation.NextOnNode = _nodes.Head[row];
        if (allocation.NextOnNode >= 0) _allocations[allocation.NextOnNode].PreviousOnNode = slot;
        _nodes.Head[row] = slot;
        if (!allocation.Suspended) Use(slot, 1);
    }

    private void DetachFromNode(int slot)
    {
        ref var allocation = ref _allocations[slot];
        if (allocation.PreviousOnNode >= 0) _allocations[allocation.PreviousOnNode].NextOnNode = allocation.NextOnNode;
        else _nodes.Head[allocation.Row] = allocation.NextOnNode;
        if (allocation.NextOnNode >= 0) _allocations[allocation.NextOnNode].PreviousOnNode = allocation.PreviousOnNode;
        if (!allocation.Suspended) Use(slot, -1);
        allocation.Row = -1;
    }

    /// <summary>Lends an allocation's room out while a plan that stops it is being placed, or takes it back.</summary>
    private void Suspend(int slot, bool suspended)
    {
        ref var allocation = ref _allocations[slot];
        if (allocation.Suspended == suspended) return;
        allocation.Suspended = suspended;
        if (allocation.Row >= 0) Use(slot, suspended ? -1 : 1);
    }

    private void Use(int slot, int sign)
    {
        ref var allocation = ref _allocations[slot];
        var row = allocation.Row;
        _nodes.UsedCpu[row] += sign * allocation.Cpu;
        _nodes.UsedMemory[row] += sign * allocation.Memory;
        _nodes.UsedDisk[row] += sign * allocation.Disk;
        _nodes.UsedCores[row] += sign * allocation.Cores;
        if (allocation.Extras is { } extras) ExtrasOf(row).Use(extras, sign);
        if (allocation.Ports.Count == 0) return;
        // A port may be held twice for a moment (by what a plan stops and what it places), so that giving back means counting anew.
        if (sign > 0) PortsOf(row).Add(allocation.Ports);
        else RebuildPorts(row, slot);
    }

    private NodeExtras ExtrasOf(int row) => _nodes.Extras[row] ??= new NodeExtras();

    private NodePorts PortsOf(int row) => _nodes.Ports[row] ??= new NodePorts(_nodes.Node[row]!);

    private void RebuildPorts(int row, int except = -1)
    {
        _nodes.Ports[row] = null;
        for (var slot = _nodes.Head[row]; slot >= 0; slot = _allocations[slot].NextOnNode)
        {
            ref var allocation = ref _allocations[slot];
            if (slot != except && !allocation.Suspended && allocation.Ports.Count > 0) PortsOf(row).Add(allocation.Ports);
        }
    }

    private void Orphan(NodeId node, int slot)
    {
        if (!_orphans.TryGetValue(node, out var waiting)) _orphans[node] = waiting = [];
        waiting.Add(slot);
    }

    // What the largest nodes have, at least 1: sizes are compared by it.
    private (double Cpu, double Memory) LargestNode()
    {
        var (cpu, memory) = (1, 1);
        for (var row = 0; row < _nodes.Count; row++)
        {
            if (_nodes.Node[row] is null) continue;
            cpu = Math.Max(cpu, _nodes.Cpu[row]);
            memory = Math.Max(memory, _nodes.Memory[row]);
        }

        return (cpu, memory);
    }

    private int NumberOf(JobId job)
    {
        if (_jobNumbers.TryGetValue(job, out var number)) return number;
        _jobs.Add(new JobEntry(job));
        _jobNumbers.Add(job, _jobs.Count - 1);
        return _jobs.Count - 1;
    }

    private ulong DriversOf(Node node)
    {
        var mask = 0UL;
        foreach (var (name, driver) in node.Drivers)
        {
            var bit = _drivers.NumberOf(name);
            if (bit < 64 && driver.Detected && driver.Healthy) mask |= 1UL << bit;
        }

        return mask;
    }

    // Those of a group share what their tasks hold, and come one after the other.
    private (int Cpu, int Memory, int Cores) SizeOf(AllocatedResources resources)
    {
        if (ReferenceEquals(_lastSized, resources.Tasks)) return _lastSize;
        int cpu = 0, memory = 0, cores = 0;
        foreach (var (_, task) in resources.Tasks)
        {
            cpu += task.CpuMhz;
            memory += task.MemoryMb;
            cores += task.Cores?.Count ?? 0;
        }

        _lastSized = resources.Tasks;
        return _lastSize = (cpu, memory, cores);
    }

    private bool SameSize(int slot, AllocatedResources resources)
    {
        ref var known = ref _allocations[slot];
        var (cpu, memory, cores) = SizeOf(resources);
        return known.Cpu == cpu && known.Memory == memory && known.Disk == resources.DiskMb && known.Cores == cores;
    }

    private void Describe(int number, Job job)
    {
        var entry = _jobs[number];
        (entry.IsKnown, entry.Priority, entry.Type) = (true, job.Priority ?? JobEntry.DefaultPriority, job.Type);
        // Once it had some, its older versions may still hold them.
        entry.HasSoleVolumes |= job.TaskGroups.Any(g => g.Volumes.Values.Any(VolumeAsk.IsSole));
    }

    /// <summary>What an allocation holds, in numbers.</summary>
    private readonly record struct Size(int Cpu, int Memory, int Disk, int Cores);

    private sealed class JobEntry(JobId id)
    {
        public const int DefaultPriority = 50;

        public JobId Id => id;

        /// <summary>The first of its allocations; −1: none.</summary>
        public int Head = -1;

        /// <summary>Its priority and type were looked up.</summary>
        public bool IsKnown;

        public int Priority = DefaultPriority;

        public string Type = JobTypes.Service;

        /// <summary>It has (or had) volumes for one writer at a time.</summary>
        public bool HasSoleVolumes;
    }
}

/// <summary>What a node has for allocations (what is reserved left out), and what of it is held.</summary>
/// <param name="CpuMhz">In MHz.</param>
/// <param name="UsedCpuMhz">In MHz.</param>
/// <param name="MemoryMb">In MiB.</param>
/// <param name="UsedMemoryMb">In MiB.</param>
/// <param name="DiskMb">In MiB.</param>
/// <param name="UsedDiskMb">In MiB.</param>
public sealed record NodeUse(int CpuMhz, int UsedCpuMhz, int MemoryMb, int UsedMemoryMb, int DiskMb, int UsedDiskMb);
