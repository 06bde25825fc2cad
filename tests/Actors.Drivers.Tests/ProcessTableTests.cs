using System.Diagnostics;
using Actors.Drivers.Processes;
using Xunit;

namespace Actors.Drivers.Tests;

public sealed class ProcessTableTests
{
    [Theory]
    [InlineData("sh")]
    [InlineData("a b")]
    [InlineData("a) R (b")]
    public void A_line_of_the_kernels_is_read_whatever_the_program_is_called(string name)
    {
        var stat = ProcessStat.Parse($"42 ({name}) S 1 7 8 0 -1 4194304 100 0 0 0 31 32 0 0 20 0 1 0 12345 1000000 250 18446744073709551615 1 1 0\n");

        Assert.Equal(new ProcessStat(42, 'S', 1, 7, 8, 31, 32, 12345, 250), stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 (sh")]
    [InlineData("x (sh) S 1 7 8 0 -1 4194304 100 0 0 0 31 32 0 0 20 0 1 0 12345 1000000 250")]
    [InlineData("42 (sh) S 1 7 8 0 -1 4194304 100 0 0 0 31 32 0 0 20 0 1 0 12345 1000000")]
    public void What_is_no_such_line_is_nothing(string line) => Assert.Null(ProcessStat.Parse(line));

    [Fact]
    public void This_process_is_found_and_one_that_ended_is_not()
    {
        using var ended = Process.Start("/bin/true");
        ended.WaitForExit();

        Assert.Equal(Environment.ProcessId, ProcessTable.Find(Environment.ProcessId)?.Pid);
        Assert.Contains(ProcessTable.All(), p => p.Pid == Environment.ProcessId);
        Assert.False(ProcessTable.IsAlive(ended.Id, 0));
    }
}
