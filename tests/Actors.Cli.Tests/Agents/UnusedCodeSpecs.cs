using Actors.Cli.Agent;

namespace Actors.Cli.Tests.Agents;

/// <summary>What an agent gives back to the machine when it is at rest.</summary>
public sealed class UnusedCodeSpecs
{
    [Theory]
    [InlineData("7f3c9a400000-7f3c9a5ff000 r-xp 00001000 fe:00 1234   /usr/lib/dotnet/libcoreclr.so", 0x7f3c9a400000ul, 0x7f3c9a5ff000ul)]
    [InlineData("7f3c9a400000-7f3c9a401000 r--p 00000000 fe:00 1234   /usr/lib/x86_64-linux-gnu/libc.so.6", 0x7f3c9a400000ul, 0x7f3c9a401000ul)]
    [InlineData("7f3c9a400000-7f3c9a401000 r--p 00000000 fe:00 1234   /opt/with space/Akka.dll", 0x7f3c9a400000ul, 0x7f3c9a401000ul)]
    public void Code_and_tables_of_a_library_are_given_back(string line, ulong start, ulong end) => Assert.Equal((start, end), UnusedCode.CodeIn(line));

    [Theory]
    [InlineData("7f3c9a400000-7f3c9a401000 rw-p 00000000 fe:00 1234   /usr/lib/x86_64-linux-gnu/libc.so.6")]
    [InlineData("7f3c9a400000-7f3c9a401000 rw-p 00000000 00:00 0 ")]
    [InlineData("5581e0000000-5581e0021000 rw-p 00000000 00:00 0   [heap]")]
    [InlineData("7f3c9a400000-7f3c9a401000 r--s 00000000 fe:00 99   /var/lib/actors/server/region.db-shm")]
    public void What_is_written_and_what_is_no_library_stays(string line) => Assert.Null(UnusedCode.CodeIn(line));

    [Fact]
    public void A_process_holds_less_code_after_it_and_goes_on()
    {
        var before = ResidentFilePages();

        UnusedCode.GiveBack();

        var after = ResidentFilePages();
        Assert.True(after < before, $"{after} kB of files are resident, {before} kB were");
    }

    private static long ResidentFilePages() => long.Parse(
        File.ReadLines("/proc/self/status").Single(l => l.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);
}
