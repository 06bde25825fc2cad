using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Devices;

/// <summary>
/// A device's constraint or affinity, made ready. It compares <c>${device.vendor}</c>, <c>.type</c>, <c>.model</c>, <c>.attr.…</c> and, for
/// each single device, <c>.ids</c>. Quantities with units are compared as such, everything else as a node's attributes are.
/// </summary>
internal sealed class DeviceComparison
{
    private const string Ids = "ids";

    private readonly string _left;
    private readonly string _right;
    private readonly string _operator;
    private readonly Comparison _comparison;

    public DeviceComparison(string left, string @operator, string right)
    {
        (_left, _right, _operator) = (left, right, @operator);
        _comparison = new Comparison(left, @operator, right);
    }

    /// <summary>It chooses among the single devices of a kind, not among kinds.</summary>
    public bool IsAboutIds => Reference(_left) == Ids;

    /// <summary>As in the job.</summary>
    public string Text => _comparison.Text;

    /// <summary>Whether devices of a kind are meant.</summary>
    public bool Holds(NodeDevice device)
    {
        var (left, right) = (Resolve(_left, device), Resolve(_right, device));
        if (left is not null && right is not null
            && DeviceQuantity.TryParse(left, out var had) && DeviceQuantity.TryParse(right, out var wanted))
        {
            var order = had.Base == wanted.Base ? had.Value.CompareTo(wanted.Value) : (int?)null;
            switch (_operator)
            {
                case "" or Operands.Equal or "==" or "is": return order == 0;
                case Operands.NotEqual or "not": return order != 0;
                case Operands.Less: return order < 0;
                case Operands.LessOrEqual: return order <= 0;
                case Operands.Greater: return order > 0;
                case Operands.GreaterOrEqual: return order >= 0;
            }
        }

        return _comparison.Holds(left, right);
    }

    /// <summary>Whether one device is meant: the list on the right has its id.</summary>
    public bool HoldsFor(string id) => _operator is Operands.SetContains or Operands.SetContainsAll or Operands.SetContainsAny
        ? _right.Split(',', StringSplitOptions.TrimEntries).Contains(id, StringComparer.Ordinal)
        : _comparison.Holds(id, _right);

    private static string? Resolve(string text, NodeDevice device) => Reference(text) switch
    {
        null => text,
        "vendor" => device.Vendor,
        "type" => device.Type,
        "model" => device.Name,
        ['a', 't', 't', 'r', '.', .. var name] => device.Attributes.TryGetValue(name, out var value) ? value : null,
        _ => null,
    };

    private static string? Reference(string text) => text is ['$', '{', 'd', 'e', 'v', 'i', 'c', 'e', '.', .. var name, '}'] ? name : null;
}
