using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Devices;

/// <summary>Devices that a task asks for, made ready to be compared with many nodes.</summary>
internal sealed class DeviceAsk
{
    private readonly string[] _name;
    private readonly DeviceComparison[] _ofKind;
    private readonly DeviceComparison[] _ofId;
    private readonly (DeviceComparison Comparison, int Weight)[] _affinities;

    /// <param name="task">The task's name.</param>
    /// <param name="device">What it asks for.</param>
    public DeviceAsk(string task, RequestedDevice device)
    {
        Task = task;
        Count = (int)Math.Min(device.Count ?? 1, int.MaxValue);
        _name = device.Name.Split('/', 3);
        var constraints = device.Constraints.Select(c => new DeviceComparison(c.LeftTarget, c.Operand, c.RightTarget)).ToArray();
        (_ofKind, _ofId) = ([.. constraints.Where(c => !c.IsAboutIds)], [.. constraints.Where(c => c.IsAboutIds)]);
        _affinities = [.. device.Affinities.Select(a => (new DeviceComparison(a.LeftTarget, a.Operand, a.RightTarget), a.Weight ?? 50))];
        Weights = _affinities.Sum(a => Math.Abs(a.Weight));
        Text = string.Join(", ", new[] { Count == 1 ? $"device {device.Name}" : $"{Count} devices {device.Name}" }.Concat(constraints.Select(c => c.Text)));
    }

    public string Task { get; }

    public int Count { get; }

    /// <summary>Σ of its affinities' weights, whatever their sign; 0: it has none.</summary>
    public int Weights { get; }

    /// <summary>What is asked for, for people.</summary>
    public string Text { get; }

    /// <summary>Whether devices of a kind are meant: <c>type</c>, <c>vendor/type</c> or <c>vendor/type/name</c>, and all constraints.</summary>
    public bool Means(NodeDevice device)
    {
        var named = _name switch
        {
            [var type] => type == device.Type,
            [var vendor, var type] => vendor == device.Vendor && type == device.Type,
            [var vendor, var type, var name] => vendor == device.Vendor && type == device.Type && name == device.Name,
            _ => false,
        };
        return named && Array.TrueForAll(_ofKind, c => c.Holds(device));
    }

    /// <summary>Whether one device of such a kind is meant and can be used.</summary>
    public bool Means(DeviceInstance instance) => instance.Healthy && Array.TrueForAll(_ofId, c => c.HoldsFor(instance.Id));

    /// <summary>Σ of the weights of the affinities that a kind fulfils.</summary>
    public int Liking(NodeDevice device)
    {
        var sum = 0;
        foreach (var (comparison, weight) in _affinities)
        {
            if (comparison.Holds(device)) sum += weight;
        }

        return sum;
    }

    /// <summary>Whether a node has enough of one kind, in use or not.</summary>
    public bool IsThere(Node node)
    {
        if (Count == 0) return true;
        foreach (var device in node.Resources.Devices ?? [])
        {
            if (Means(device) && device.Instances.Count(Means) >= Count) return true;
        }

        return false;
    }
}
