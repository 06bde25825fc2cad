namespace Actors.Scheduling.Ranking;

/// <summary>How much a node's value of an attribute helps to spread, by Nomad's formulas.</summary>
public static class SpreadScore
{
    /// <summary>What a value scores that has no place in the targets at all, or that a node doesn't have.</summary>
    public const double Worst = -1.0;

    /// <summary>Towards a target: the missing part of what is desired, counting the allocation in question.</summary>
    /// <param name="desired">How many the value should have, above 0.</param>
    /// <param name="used">How many it has.</param>
    /// <param name="weightShare">The spread's weight over the sum of all spreads' weights.</param>
    public static double Target(double desired, int used, double weightShare) => (desired - (used + 1)) / desired * weightShare;

    /// <summary>Evenly: how far a value is below the least used one.</summary>
    /// <param name="current">How many the value has.</param>
    /// <param name="minimum">How many the least used of the values in use has.</param>
    /// <param name="maximum">How many the most used has; 0: nothing is placed yet.</param>
    public static double Even(int current, int minimum, int maximum)
    {
        if (maximum == 0) return 0.0;
        if (current != minimum) return minimum == 0 ? Worst : (minimum - current) / (double)minimum;
        if (minimum == maximum) return Worst;
        return minimum == 0 ? 1.0 : (maximum - minimum) / (double)minimum;
    }
}
