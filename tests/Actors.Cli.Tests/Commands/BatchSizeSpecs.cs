using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Jobs;

namespace Actors.Cli.Tests.Commands;

public sealed class BatchSizeSpecs
{
    [Theory]
    [InlineData(null, 10, 1)]
    [InlineData("3", 10, 3)]
    [InlineData("25%", 10, 3)]
    [InlineData("1%", 10, 1)]
    [InlineData("100%", 10, 10)]
    public void A_batch_is_a_number_or_a_share_of_all(string? written, int all, int expected) => Assert.Equal(expected, JobRestartCommand.BatchSize(written, all));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("half")]
    public void Anything_else_is_refused(string written) => Assert.Throws<UsageException>(() => JobRestartCommand.BatchSize(written, 10));
}
