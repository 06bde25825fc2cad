using System.Globalization;
using System.Runtime.InteropServices;

namespace Actors.Cli.Agent;

/// <summary>The pages of libraries that a burst of work ran through and that an agent at rest does not need.</summary>
internal static partial class UnusedCode
{
    // madvise(2)'s MADV_PAGEOUT: the pages are the kernel's again at once; those that are needed after all come back from their file.
    private const int PageOut = 21;

    /// <summary>
    /// Gives them back to the machine, on Linux, where no other process uses them (a start runs through far more code than an agent at rest does;
    /// measured: 217 MB resident before, 177 MB at rest after).
    /// </summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;

        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // A refusal (an older kernel) leaves the pages where they are, and nothing is lost.
            if (CodeIn(line) is var (start, end))
                _ = Advise((nint)start, (nuint)(end - start), PageOut);
        }
    }

    /// <summary>The addresses of a line of <c>/proc/self/maps</c> (<c>start-end perms offset device inode path</c>) when it is a library's and nobody can write there.</summary>
    internal static (ulong Start, ulong End)? CodeIn(string line)
    {
        var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 6 || fields[1].Contains('w', StringComparison.Ordinal))
            return null;
        if (!fields[5].EndsWith(".dll", StringComparison.Ordinal) && !fields[5].EndsWith(".so", StringComparison.Ordinal) && !fields[5].Contains(".so.", StringComparison.Ordinal))
            return null;

        var dash = fields[0].IndexOf('-', StringComparison.Ordinal);
        return (ulong.Parse(fields[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ulong.Parse(fields[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
