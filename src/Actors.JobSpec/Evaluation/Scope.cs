using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

/// <summary>Names that iterations bind, innermost first.</summary>
internal sealed class Scope(Scope? outer, string name, HclValue value)
{
    public Scope? Outer { get; } = outer;

    public static bool TryGet(Scope? scope, string name, out HclValue found)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (!scope.Binds(name)) continue;
            found = scope.Value;
            return true;
        }

        found = HclValue.Unknown;
        return false;
    }

    private HclValue Value { get; } = value;

    private bool Binds(string wanted) => string.Equals(name, wanted, StringComparison.Ordinal);
}

/// <summary>What <c>var.x</c> and <c>local.x</c> mean.</summary>
internal interface IReferences
{
    /// <summary>Names after "var.", for suggestions.</summary>
    IEnumerable<string> VariableNames { get; }

    /// <summary>Names after "local.", for suggestions.</summary>
    IEnumerable<string> LocalNames { get; }

    /// <summary>The variable's value (unknown if it was reported), or null if there is no such variable.</summary>
    HclValue? Variable(string name);

    /// <summary>The local's value (unknown if it was reported), or null if there is no such local.</summary>
    HclValue? Local(string name, TextRange use);
}

/// <summary>Neither variables nor locals.</summary>
internal sealed class NoReferences : IReferences
{
    public static NoReferences Instance { get; } = new();

    public IEnumerable<string> VariableNames => [];

    public IEnumerable<string> LocalNames => [];

    public HclValue? Variable(string name) => null;

    public HclValue? Local(string name, TextRange use) => null;
}

/// <summary>Bounds what one file may cost, whatever is in it.</summary>
internal sealed class Budget
{
    /// <summary>Largest single value, in characters and elements.</summary>
    public const long MaxSize = 16L * 1024 * 1024;

    /// <summary>Deepest value.</summary>
    public const int MaxDepth = 64;

    private const long MaxTotal = 128L * 1024 * 1024;
    private const long MaxSteps = 3_000_000;

    private long _steps;
    private long _total;

    public bool Exhausted { get; private set; }

    /// <summary>False once too much has been done.</summary>
    public bool Step(long cost = 1)
    {
        if ((_steps += cost) > MaxSteps) Exhausted = true;
        return !Exhausted;
    }

    /// <summary>False if values of that size must not be walked once more. They share parts, so their making did not pay for it.</summary>
    public bool Touch(params ReadOnlySpan<HclValue> values)
    {
        long size = 0;
        foreach (var value in values) size += value.Size;
        return Step(size / 64);
    }

    /// <summary>False if a value of that size must not be made.</summary>
    public bool Make(long size)
    {
        if (size > MaxSize || (_total += size) > MaxTotal) Exhausted = true;
        return !Exhausted;
    }
}
