using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Ranking;

/// <summary>How well one more allocation would fill each of many nodes, four nodes at once where the machine can.</summary>
internal static class FitColumn
{
    /// <summary>Scores from 0 to 1 of all nodes: of each what <see cref="FitScore"/> says of it alone, to the last bit.</summary>
    public static void Score(in FitColumns nodes, int cpu, int memory, SchedulerAlgorithm algorithm, Span<double> scores)
    {
        var row = Vector256.IsHardwareAccelerated ? ScoreFours(nodes, cpu, memory, algorithm, scores) : 0;
        ScoreOneByOne(nodes, cpu, memory, algorithm, scores, row);
    }

    /// <summary>The same from a row on, one node after the other.</summary>
    public static void ScoreOneByOne(in FitColumns nodes, int cpu, int memory, SchedulerAlgorithm algorithm, Span<double> scores, int from)
    {
        for (var row = from; row < scores.Length; row++)
        {
            scores[row] = FitScore.Of(algorithm, nodes.Cpu[row], nodes.Memory[row], nodes.UsedCpu[row] + cpu, nodes.UsedMemory[row] + memory);
        }
    }

    private static int ScoreFours(in FitColumns nodes, int cpu, int memory, SchedulerAlgorithm algorithm, Span<double> scores)
    {
        var row = 0;
        var (moreCpu, moreMemory) = (Vector128.Create(cpu), Vector128.Create(memory));
        for (; row + 4 <= scores.Length; row += 4)
        {
            var total = PowerOf10.Of(Free(nodes.Cpu, nodes.UsedCpu, moreCpu, row)) + PowerOf10.Of(Free(nodes.Memory, nodes.UsedMemory, moreMemory, row));
            var score = algorithm == SchedulerAlgorithm.Spread ? total - Vector256.Create(2.0) : Vector256.Create(20.0) - total;
            var clamped = Vector256.Min(Vector256.Max(score, Vector256<double>.Zero), Vector256.Create(FitScore.Maximum));
            (clamped / Vector256.Create(FitScore.Maximum)).StoreUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)row);
        }

        return row;
    }

    private static Vector256<double> Free(ReadOnlySpan<int> available, ReadOnlySpan<int> used, Vector128<int> more, int row)
    {
        var has = Doubles(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(available), (nuint)row));
        var holds = Doubles(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(used), (nuint)row) + more);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(has, Vector256<double>.Zero), Vector256.Create(1.0) - (holds / has), Vector256<double>.Zero);
    }

    private static Vector256<double> Doubles(Vector128<int> numbers)
    {
        var (lower, upper) = Vector128.Widen(numbers);
        return Vector256.ConvertToDouble(Vector256.Create(lower, upper));
    }
}

/// <summary>What nodes have and what of it is held, a column each, all of the same length.</summary>
internal readonly ref struct FitColumns(ReadOnlySpan<int> cpu, ReadOnlySpan<int> memory, ReadOnlySpan<int> usedCpu, ReadOnlySpan<int> usedMemory)
{
    public readonly ReadOnlySpan<int> Cpu = cpu;
    public readonly ReadOnlySpan<int> Memory = memory;
    public readonly ReadOnlySpan<int> UsedCpu = usedCpu;
    public readonly ReadOnlySpan<int> UsedMemory = usedMemory;
}
