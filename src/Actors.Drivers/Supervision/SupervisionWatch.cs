using System.Collections.Concurrent;
using System.Diagnostics;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Supervision;

/// <summary>
/// One thread that copies the output of all tasks and notices their ends: a task that writes costs two file lengths ten
/// times a second, one that has been quiet twice a second, and the end of its supervisor wakes the thread.
/// </summary>
internal sealed class SupervisionWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    // After a look at an ended task that could not be finished (output to copy, a full disk).
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);

    // In periods. The kernel tells of ends: looking for them is only for what it can't know, an id that was another's all along.
    private const int LookAtQuietEvery = 5;
    private const int LookCloselyEvery = 300;

    private readonly ConcurrentDictionary<SupervisedTask, Watched> _tasks = new();
    private readonly WakeUp _wake = new();
    private readonly Thread _thread;
    private volatile bool _disposed;

    public SupervisionWatch()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "task supervision" };
        _thread.Start();
    }

    public void Add(SupervisedTask task, int supervisor)
    {
        _tasks[task] = new Watched(new ProcessWatch(supervisor));
        _wake.Set();
    }

    public void Remove(SupervisedTask task)
    {
        if (_tasks.TryRemove(task, out var watched)) watched.Process.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread) _thread.Join();
        foreach (var task in _tasks.Keys) Remove(task);
        _wake.Dispose();
    }

    private void Watch()
    {
        var round = 0;
        for (var looked = Stopwatch.GetTimestamp(); !_disposed;)
        {
            var entries = _tasks.ToArray();
            // In whole milliseconds, as the kernel waits: with less it would not wait at all.
            var left = Math.Max(0, Math.Ceiling((Period - Stopwatch.GetElapsedTime(looked)).TotalMilliseconds));
            var ended = _wake.Wait(
                Array.ConvertAll(entries, e => e.Value.Process.Descriptor),
                entries.Length == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(left));
            // Between two looks at all there is only what ended or is new: many tasks that come at once would otherwise each cost a look at all.
            var all = Stopwatch.GetElapsedTime(looked) >= Period;
            if (all) (looked, round) = (Stopwatch.GetTimestamp(), round + 1);
            var again = false;
            for (var i = 0; i < entries.Length && !_disposed; i++)
            {
                var (task, watched) = entries[i];
                if (!all && !ended[i] && watched.Seen) continue;

                // In turns, so that no period is much longer than another.
                var closely = ended[i] || !watched.Seen || watched.Process.Descriptor < 0 || (round + i) % LookCloselyEvery == 0;
                if (!closely && task.IsQuiet && (round + i) % LookAtQuietEvery != 0) continue;
                watched.Seen = true;
                if (!Poll(task, closely)) Remove(task);
                else again |= ended[i];
            }

            if (again) Thread.Sleep(Breath);
        }
    }

    private static bool Poll(SupervisedTask task, bool closely)
    {
        try
        {
            return task.Poll(closely);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The task's directory can't be read now (a full or vanished disk): one task's trouble must not end the watch of all.
            return true;
        }
    }

    private sealed class Watched(ProcessWatch process)
    {
        public ProcessWatch Process { get; } = process;

        /// <summary>It was looked at closely once: from then on its descriptor is known to be its own.</summary>
        public bool Seen { get; set; }
    }
}
