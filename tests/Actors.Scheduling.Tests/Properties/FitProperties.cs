using Actors.Contracts.Scheduling;
using Actors.Scheduling.Ranking;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

public class FitProperties
{
    [Fact]
    public void Four_nodes_at_once_score_bit_for_bit_what_each_scores_alone() =>
        Gen.Select(
            Gen.Select(Gen.Int[-1, 64_000], Gen.Int[-1, 1_000_000], Gen.Int[0, 80_000], Gen.Int[0, 1_200_000]).Array[0, 37],
            Gen.Int[0, 20_000],
            Gen.Int[0, 200_000],
            Gen.Bool).Sample(
            (nodes, cpu, memory, spread) =>
            {
                var algorithm = spread ? SchedulerAlgorithm.Spread : SchedulerAlgorithm.BinPack;
                int[] cpus = [.. nodes.Select(n => n.Item1)], memories = [.. nodes.Select(n => n.Item2)], usedCpus = [.. nodes.Select(n => n.Item3)], usedMemories = [.. nodes.Select(n => n.Item4)];
                var (together, alone) = (new double[nodes.Length], new double[nodes.Length]);

                FitColumn.Score(new FitColumns(cpus, memories, usedCpus, usedMemories), cpu, memory, algorithm, together);
                FitColumn.ScoreOneByOne(new FitColumns(cpus, memories, usedCpus, usedMemories), cpu, memory, algorithm, alone, 0);

                Assert.Equal(alone.Select(BitConverter.DoubleToInt64Bits), together.Select(BitConverter.DoubleToInt64Bits));
            },
            iter: 3_000);

    [Fact]
    public void Powers_of_ten_are_right_to_the_last_bits() =>
        Gen.Double[0, 1].Sample(
            x =>
            {
                var exact = Math.Pow(10, x);
                Assert.InRange(PowerOf10.Of(x), exact * (1 - 1e-15), exact * (1 + 1e-15));
            },
            iter: 10_000);

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(1.0, 10.0)]
    [InlineData(-1.0, 0.1)]
    public void Whole_powers_are_themselves(double x, double expected) => Assert.Equal(expected, PowerOf10.Of(x), 1e-15);

    [Theory]
    [InlineData(-1e9)]
    [InlineData(-400)]
    public void A_node_that_is_overcommitted_beyond_all_measure_has_a_score_all_the_same(double x) => Assert.InRange(PowerOf10.Of(x), 0, 1e-200);
}
