using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Ranking;

/// <summary>How well a node is filled: Nomad's ScoreFitBinPack ("BestFit v3") and its mirror ScoreFitSpread.</summary>
public static class FitScore
{
    /// <summary>The highest score before it is normalised.</summary>
    public const double Maximum = 18.0;

    /// <summary>
    /// Full nodes are best: <c>20 − (10^freeCpu + 10^freeMemory)</c>, held within 0 and 18. <c>free = 1 − used / available</c>, where what is
    /// available leaves out what is reserved, and what is used includes the allocation in question.
    /// </summary>
    /// <param name="availableCpu">MHz, without reserved.</param>
    /// <param name="availableMemory">MiB, without reserved.</param>
    /// <param name="usedCpu">MHz, with the allocation.</param>
    /// <param name="usedMemory">MiB, with the allocation.</param>
    /// <returns>0 (empty) to 18 (full).</returns>
    public static double BinPack(double availableCpu, double availableMemory, double usedCpu, double usedMemory) =>
        Math.Clamp(20.0 - Total(availableCpu, availableMemory, usedCpu, usedMemory), 0.0, Maximum);

    /// <summary>Empty nodes are best: <c>10^freeCpu + 10^freeMemory − 2</c>, held within 0 and 18.</summary>
    /// <inheritdoc cref="BinPack"/>
    /// <returns>0 (full) to 18 (empty).</returns>
    public static double Spread(double availableCpu, double availableMemory, double usedCpu, double usedMemory) =>
        Math.Clamp(Total(availableCpu, availableMemory, usedCpu, usedMemory) - 2.0, 0.0, Maximum);

    // By an operator's algorithm, from 0 to 1.
    internal static double Of(SchedulerAlgorithm algorithm, double availableCpu, double availableMemory, double usedCpu, double usedMemory) =>
        (algorithm == SchedulerAlgorithm.Spread
            ? Spread(availableCpu, availableMemory, usedCpu, usedMemory)
            : BinPack(availableCpu, availableMemory, usedCpu, usedMemory)) / Maximum;

    private static double Total(double availableCpu, double availableMemory, double usedCpu, double usedMemory) =>
        PowerOf10.Of(Free(availableCpu, usedCpu)) + PowerOf10.Of(Free(availableMemory, usedMemory));

    private static double Free(double available, double used) => available <= 0 ? 0 : 1.0 - (used / available);
}
