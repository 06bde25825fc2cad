using Actors.Contracts.Evaluations;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>Nomad's counters of one group's placement, kept as nodes change their standing.</summary>
internal sealed class GroupCounters(int datacenters, int operatorClasses, int checks)
{
    // Reasons that are no static check are below zero.
    private const int Offset = 16;

    private readonly int[] _byReason = new int[checks + Offset];
    private readonly int[] _filteredByClass = new int[operatorClasses];
    private readonly int[] _exhaustedByClass = new int[operatorClasses];
    private int _filtered;
    private int _exhausted;
    private AllocationMetric? _metric;

    /// <summary>Nodes in the job's pool.</summary>
    public int InPool { get; set; }

    /// <summary>Nodes that were looked at, by datacenter.</summary>
    public int[] Available { get; } = new int[datacenters];

    /// <summary>A node is filtered or exhausted from now on, or no longer.</summary>
    public void Count(Standing standing, int reason, int operatorClass, int change)
    {
        _metric = null;
        _byReason[reason + Offset] += change;
        if (standing == Standing.Filtered)
        {
            _filtered += change;
            _filteredByClass[operatorClass] += change;
        }
        else
        {
            _exhausted += change;
            _exhaustedByClass[operatorClass] += change;
        }
    }

    /// <summary>The counters as they stand; shared while they don't change.</summary>
    public AllocationMetric ToMetric(Names datacenters, Names operatorClasses, GroupRequirements wanted)
    {
        if (_metric is not null) return _metric;

        var constraints = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var dimensions = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _byReason.Length; i++)
        {
            if (_byReason[i] == 0) continue;
            var (counters, name) = (i - Offset) switch
            {
                >= 0 and var check => (constraints, wanted.Checks[check].Counter),
                Reasons.DistinctHosts => (constraints, "distinct_hosts"),
                Reasons.DistinctProperty => (constraints, "distinct_property"),
                Reasons.HostVolume => (constraints, "missing compatible host volumes"),
                Reasons.Devices => (dimensions, "devices: not enough free"),
                Reasons.Cpu => (dimensions, "cpu"),
                Reasons.Cores => (dimensions, "cores"),
                Reasons.Memory => (dimensions, "memory"),
                Reasons.Disk => (dimensions, "disk"),
                Reasons.StaticPort => (dimensions, "network: reserved port collision"),
                _ => (dimensions, "network: dynamic port selection failed"),
            };
            counters[name] = counters.GetValueOrDefault(name) + _byReason[i];
        }

        return _metric = new AllocationMetric
        {
            NodesEvaluated = Available.Sum(),
            NodesFiltered = _filtered,
            NodesExhausted = _exhausted,
            NodesInPool = InPool,
            NodesAvailable = Named(Available, datacenters),
            ClassFiltered = Named(_filteredByClass, operatorClasses),
            ClassExhausted = Named(_exhaustedByClass, operatorClasses),
            ConstraintFiltered = constraints,
            DimensionExhausted = dimensions,
        };
    }

    private static SortedDictionary<string, int> Named(int[] counts, Names names)
    {
        var named = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && names[i].Length > 0) named[names[i]] = counts[i];
        }

        return named;
    }
}
