namespace Actors.Scheduling.Nodes;

/// <summary>Where a node stands for the group that is being placed.</summary>
internal enum Standing : byte
{
    /// <summary>Not ready, not eligible, or not in the job's datacenters and pool.</summary>
    OutOfScope,

    /// <summary>A check rules it out.</summary>
    Filtered,

    /// <summary>It lacks room.</summary>
    Exhausted,

    /// <summary>It can take an allocation.</summary>
    Candidate,
}

/// <summary>Columns that live as long as one group is being placed, kept by the table to be used again.</summary>
internal sealed class PlacementScratch
{
    public Standing[] Standing = [];

    /// <summary>The first check that fails: the index of a static one, or one of <see cref="Reasons"/>.</summary>
    public int[] Reason = [];

    /// <summary>The index of the first static check that fails; −1: none does.</summary>
    public int[] StaticReason = [];

    /// <summary>Σ of the scores that don't change with what is placed elsewhere.</summary>
    public double[] Sum = [];

    /// <summary>How many scores are in the sum.</summary>
    public byte[] Parts = [];

    /// <summary>Counts the changes of a node's score: what the heap holds of older ones is void.</summary>
    public int[] Version = [];

    /// <summary>Allocations of the job's group on the node.</summary>
    public int[] OfGroup = [];

    /// <summary>Allocations of the job on the node.</summary>
    public int[] OfJob = [];

    /// <summary>The affinity score; 0: none.</summary>
    public double[] Affinity = [];

    /// <summary>The score of the devices that would be chosen; 0 where no device has an affinity.</summary>
    public double[] Devices = [];

    /// <summary>How well the node would be filled, of 1.</summary>
    public double[] Fit = [];

    /// <summary>Nodes that all spreads treat alike share a number.</summary>
    public int[] SpreadClass = [];

    /// <summary>By spread class: its best candidate (−1: it has none) with its final score, once it was looked for since the last change.</summary>
    public int[] Leader = [];
    public double[] LeaderScore = [];
    public bool[] LeaderKnown = [];

    private readonly List<CandidateHeap> _heaps = [];
    private int _heapsInUse;

    /// <summary>An empty heap, in use until the next reset.</summary>
    public CandidateHeap TakeHeap()
    {
        if (_heapsInUse == _heaps.Count) _heaps.Add(new CandidateHeap());
        var heap = _heaps[_heapsInUse++];
        heap.Clear();
        return heap;
    }

    public void Reset(int rows)
    {
        _heapsInUse = 0;
        if (Standing.Length < Math.Max(rows, 1))
        {
            var size = Math.Max(Math.Max(rows, 1), Standing.Length * 2);
            Standing = new Standing[size];
            Reason = new int[size];
            StaticReason = new int[size];
            Sum = new double[size];
            Parts = new byte[size];
            Version = new int[size];
            OfGroup = new int[size];
            OfJob = new int[size];
            Affinity = new double[size];
            Devices = new double[size];
            Fit = new double[size];
            SpreadClass = new int[size];
            // No more classes than nodes; without a node there is one all the same.
            Leader = new int[size];
            LeaderScore = new double[size];
            LeaderKnown = new bool[size];
            return;
        }

        Array.Clear(Standing, 0, rows);
        Array.Clear(Version, 0, rows);
        Array.Clear(OfGroup, 0, rows);
        Array.Clear(OfJob, 0, rows);
        Array.Clear(Affinity, 0, rows);
        Array.Clear(SpreadClass, 0, rows);
        Array.Clear(LeaderKnown, 0, Math.Max(rows, 1));
    }
}

/// <summary>Why a node is not a candidate, where it is no static check.</summary>
internal static class Reasons
{
    public const int None = -1;
    public const int DistinctHosts = -2;
    public const int DistinctProperty = -3;
    public const int Cpu = -4;
    public const int Cores = -5;
    public const int Memory = -6;
    public const int Disk = -7;
    public const int StaticPort = -8;
    public const int DynamicPort = -9;
    public const int Devices = -10;
    public const int HostVolume = -11;
}
