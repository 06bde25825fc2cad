using Actors.Scheduling.Ranking;

namespace Actors.Scheduling.Tests.Ranking;

public class ScoreSpecs
{
    // Nomad's golden values: a node with 2048 MHz and 4096 MiB free.
    [Theory]
    [InlineData(2048, 4096, 18.0, 0.0)]
    [InlineData(0, 0, 0.0, 18.0)]
    [InlineData(1024, 2048, 13.675, 4.325)]
    public void Fit_scores_are_Nomads(double usedCpu, double usedMemory, double binPack, double spread)
    {
        Assert.Equal(binPack, FitScore.BinPack(2048, 4096, usedCpu, usedMemory), 0.001);
        Assert.Equal(spread, FitScore.Spread(2048, 4096, usedCpu, usedMemory), 0.001);
    }

    [Fact]
    public void Bin_pack_and_spread_always_sum_to_18()
    {
        for (var used = 0; used <= 1000; used += 50)
        {
            var sum = FitScore.BinPack(1000, 2000, used, used * 2) + FitScore.Spread(1000, 2000, used, used * 2);
            Assert.Equal(18.0, sum, 1e-9);
        }
    }

    [Theory]
    [InlineData(10, 0, 1.0, 0.9)]
    [InlineData(10, 9, 1.0, 0.0)]
    [InlineData(10, 14, 1.0, -0.5)]
    [InlineData(10, 4, 0.5, 0.25)]
    public void A_spread_target_scores_the_missing_part_of_what_is_desired(double desired, int used, double weightShare, double expected) =>
        Assert.Equal(expected, SpreadScore.Target(desired, used, weightShare), 1e-9);

    [Theory]
    [InlineData(0, 0, 0, 0.0)]
    [InlineData(0, 1, 1, 1.0)]
    [InlineData(1, 1, 1, -1.0)]
    [InlineData(2, 1, 2, -1.0)]
    [InlineData(1, 1, 2, 1.0)]
    [InlineData(2, 2, 3, 0.5)]
    [InlineData(3, 2, 3, -0.5)]
    public void An_even_spread_scores_the_distance_to_the_least_used_value(int current, int minimum, int maximum, double expected) =>
        Assert.Equal(expected, SpreadScore.Even(current, minimum, maximum), 1e-9);
}
