using System.Diagnostics;
using System.Globalization;
using System.Text;
using Actors.Drivers;
using Actors.Drivers.Logs;
using Actors.Drivers.RawExec;
using Actors.Testing;

namespace Actors.Benchmarks.Drivers;

/// <summary>A task that writes numbered lines as fast as it can: how fast they come into its rotated files, and whether all do.</summary>
internal static class LogCollection
{
    private const long First = 10_000_000;
    private const long Lines = 50_000_000;
    private const int LineLength = 9;
    private const long Megabyte = 1_000_000;

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">A line is missing, or came twice.</exception>
    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("actors-bench-");
        await using var driver = new RawExecDriver(null, TimeProvider.System);
        var task = BenchmarkTask.In(folder.Path, BenchmarkTask.Command("seq", $"{First}", $"{First + Lines - 1}")) with { Logs = new LogLimits(MaxFiles: 100) };
        var watch = Stopwatch.StartNew();
        await using var started = await driver.StartAsync(task, new Progress<DriverEvent>(), cancellationToken);
        await started.Exited.WaitAsync(cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        await started.DestroyAsync(cancellationToken);

        Check(task);
        report.AtLeast($"log collection, {Lines * LineLength / Megabyte} MB in {Lines:#,0} lines, none lost", Lines * LineLength / (double)Megabyte / seconds, "MB/s", 50);
    }

    private static void Check(TaskConfig task)
    {
        var (expected, filled) = (First, 0);
        var line = new byte[LineLength];
        foreach (var index in RotatedLog.Indexes(task.Paths.Logs, "main.stdout"))
        {
            using var file = new FileStream(Path.Combine(task.Paths.Logs, $"main.stdout.{index}"), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            // A line may begin in one file and end in the next.
            while (file.Read(line, filled, LineLength - filled) is > 0 and var read)
            {
                filled += read;
                if (filled < LineLength) continue;
                if (line[^1] != '\n' || !long.TryParse(line.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number != expected)
                    throw new InvalidOperationException($"main.stdout.{index} has \"{Encoding.ASCII.GetString(line).TrimEnd()}\" where line {expected} should be");
                (expected, filled) = (expected + 1, 0);
            }
        }

        if (expected != First + Lines) throw new InvalidOperationException($"the log ends before line {expected}");
    }
}
