using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Nodes;

/// <summary>The nodes, a column per fact: what a scan over all nodes reads lies side by side. A row stays a node's as long as the table knows it.</summary>
internal sealed class NodeColumns
{
    /// <summary>The node of a row; null: the row is free.</summary>
    public Node?[] Node = new Node?[Initial];

    /// <summary>It takes new allocations.</summary>
    public bool[] Accepts = new bool[Initial];

    /// <summary>MHz, MiB, MiB and cores for allocations, reserved ones left out.</summary>
    public int[] Cpu = new int[Initial];
    public int[] Memory = new int[Initial];
    public int[] Disk = new int[Initial];
    public int[] Cores = new int[Initial];

    /// <summary>The same, held by allocations and reservations.</summary>
    public int[] UsedCpu = new int[Initial];
    public int[] UsedMemory = new int[Initial];
    public int[] UsedDisk = new int[Initial];
    public int[] UsedCores = new int[Initial];

    /// <summary>Names as numbers.</summary>
    public int[] Datacenter = new int[Initial];
    public int[] Pool = new int[Initial];
    public int[] Class = new int[Initial];
    public int[] OperatorClass = new int[Initial];

    /// <summary>A bit for each driver that is detected and healthy.</summary>
    public ulong[] Drivers = new ulong[Initial];

    /// <summary>What breaks ties.</summary>
    public ulong[] Tie = new ulong[Initial];

    /// <summary>The first allocation on it; −1: none.</summary>
    public int[] Head = new int[Initial];

    /// <summary>The ports in use; null until an allocation holds one or the operator reserves some.</summary>
    public NodePorts?[] Ports = new NodePorts?[Initial];

    /// <summary>The cores, devices and sole volumes in use; null until an allocation holds some.</summary>
    public NodeExtras?[] Extras = new NodeExtras?[Initial];

    private const int Initial = 64;
    private readonly Stack<int> _free = new();

    /// <summary>Rows ever used: free ones are among them.</summary>
    public int Count { get; private set; }

    /// <summary>A free row.</summary>
    public int Take()
    {
        if (_free.TryPop(out var row)) return row;
        if (Count == Node.Length) Grow();
        return Count++;
    }

    /// <summary>Gives a row back.</summary>
    public void Free(int row)
    {
        Node[row] = null;
        Ports[row] = null;
        Extras[row] = null;
        Accepts[row] = false;
        _free.Push(row);
    }

    private void Grow()
    {
        var size = Node.Length * 2;
        Array.Resize(ref Node, size);
        Array.Resize(ref Accepts, size);
        Array.Resize(ref Cpu, size);
        Array.Resize(ref Memory, size);
        Array.Resize(ref Disk, size);
        Array.Resize(ref Cores, size);
        Array.Resize(ref UsedCpu, size);
        Array.Resize(ref UsedMemory, size);
        Array.Resize(ref UsedDisk, size);
        Array.Resize(ref UsedCores, size);
        Array.Resize(ref Datacenter, size);
        Array.Resize(ref Pool, size);
        Array.Resize(ref Class, size);
        Array.Resize(ref OperatorClass, size);
        Array.Resize(ref Drivers, size);
        Array.Resize(ref Tie, size);
        Array.Resize(ref Head, size);
        Array.Resize(ref Ports, size);
        Array.Resize(ref Extras, size);
    }
}
