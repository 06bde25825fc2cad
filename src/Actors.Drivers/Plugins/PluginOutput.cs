using System.Diagnostics;
using System.Text.Json;
using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Plugins;

/// <summary>
/// The pipes that a plugin's task writes to. Two processes empty them into the spool files, which outlive the agent: a task
/// neither waits for an agent nor is ended by its absence.
/// </summary>
internal sealed class PluginOutput : IAsyncDisposable
{
    private const string CopiersFile = "output.json";
    private const int Sigkill = 9;
    private static readonly string[] Streams = ["stdout", "stderr"];
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan MadeWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(5);

    private readonly SpoolCollector _collector;
    private readonly TaskConfig _task;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _collecting;

    private PluginOutput(TaskConfig task)
    {
        (_task, _collector) = (task, new SpoolCollector(task));
        _collecting = Task.Run(CollectAsync);
    }

    /// <summary>The pipe for what the task writes to stdout.</summary>
    public string Stdout => PipeOf(_task, "stdout");

    /// <summary>The pipe for what the task writes to stderr.</summary>
    public string Stderr => PipeOf(_task, "stderr");

    /// <summary>Makes the pipes, and starts what empties them.</summary>
    /// <exception cref="DriverException">They can't be made.</exception>
    public static async Task<PluginOutput> StartAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(task.Paths.Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Copiers.Write(task, [.. Streams.Select(s => Copier(task, s))]);
        var began = Stopwatch.GetTimestamp();
        while (Streams.Any(s => !File.Exists(PipeOf(task, s))))
        {
            if (Stopwatch.GetElapsedTime(began) > MadeWithin)
            {
                await RemoveAsync(task, CancellationToken.None).ConfigureAwait(false);
                throw new DriverException("the pipes for the task's output could not be made", recoverable: true);
            }

            await Task.Delay(Look, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new PluginOutput(task);
    }

    /// <summary>Finds what an earlier agent started.</summary>
    public static PluginOutput Attach(TaskConfig task) => new(task);

    /// <summary>Ends what empties a task's pipes.</summary>
    public static async Task RemoveAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        if (Copiers.Read(task) is not { } copiers) return;
        foreach (var copier in copiers.Alive()) _ = Libc.Kill(copier.Pid, Sigkill);
        while (copiers.Alive().Any()) await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
        foreach (var stream in Streams) File.Delete(PipeOf(task, stream));
        Copiers.Delete(task);
    }

    /// <summary>The task has ended: completes when what it wrote is in its log files.</summary>
    public async Task DrainAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var copiers = Copiers.Read(_task);
        // In this order: what was taken from a pipe that is empty has been written by a process that waits again.
        while (Stopwatch.GetElapsedTime(began) < DrainWithin && (Streams.Any(s => Libc.Waiting(PipeOf(_task, s)) > 0) || copiers?.Alive().Any(c => c.State != 'S') == true))
            await Task.Delay(Look).ConfigureAwait(false);
        while (_collector.Collect()) await Task.Yield();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _collecting.ConfigureAwait(false);
        _stop.Dispose();
        _collector.Dispose();
    }

    private static string PipeOf(TaskConfig task, string stream) => Path.Combine(task.Paths.Control, $"{stream}.pipe");

    private static string SpoolOf(TaskConfig task, string stream) => Path.Combine(task.Paths.Control, stream);

    private static ProcessStat? Copier(TaskConfig task, string stream)
    {
        // Opened to read and to write, a pipe has no end: its writers may come and go.
        const string script = "[ -p \"$0\" ] || mkfifo -m 600 \"$0\"; exec cat <>\"$0\" >>\"$1\" 2>/dev/null";
        using var process = Process.Start(new ProcessStartInfo(
            Executables.Setsid ?? throw new DriverException("the program setsid (util-linux) is not in PATH", recoverable: false),
            ["/bin/sh", "-c", script, PipeOf(task, stream), SpoolOf(task, stream)])
        {
            // There it is found as the allocation's when nobody remembers it any more.
            WorkingDirectory = task.Paths.Control,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new DriverException("the operating system started no process", recoverable: true);
        return ProcessTable.Find(process.Id);
    }

    private async Task CollectAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (!_collector.Collect()) await Task.Delay(Period, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The processes that empty a task's pipes, as they are remembered.</summary>
    private sealed record Copiers(string Boot, IReadOnlyList<Copiers.Entry> Processes)
    {
        public static void Write(TaskConfig task, IReadOnlyList<ProcessStat?> processes) => File.WriteAllText(
            PathOf(task), JsonSerializer.Serialize(new Copiers(ProcessTable.BootId, [.. processes.OfType<ProcessStat>().Select(p => new Entry(p.Pid, p.StartTicks))])));

        public static Copiers? Read(TaskConfig task) => File.Exists(PathOf(task)) ? JsonSerializer.Deserialize<Copiers>(File.ReadAllText(PathOf(task))) : null;

        public static void Delete(TaskConfig task) => File.Delete(PathOf(task));

        /// <summary>Those that run.</summary>
        public IEnumerable<ProcessStat> Alive() => Boot == ProcessTable.BootId
            ? Processes.Where(p => ProcessTable.IsAlive(p.Pid, p.StartTicks)).Select(p => ProcessTable.Find(p.Pid)).OfType<ProcessStat>()
            : [];

        private static string PathOf(TaskConfig task) => Path.Combine(task.Paths.Control, CopiersFile);

        /// <summary>One of them.</summary>
        public sealed record Entry(int Pid, long StartTicks);
    }
}
