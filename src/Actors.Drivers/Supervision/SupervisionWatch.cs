using System.Collections.Concurrent;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Supervision;

/// <summary>
/// One thread that copies the output of all tasks and notices their ends: a task costs two file lengths, ten times a
/// second, and the end of its supervisor wakes the thread.
/// </summary>
internal sealed class SupervisionWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    // After a look at an ended task that could not be finished (output to copy, a full disk).
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private const int LookAtAllEvery = 20;

    private readonly ConcurrentDictionary<SupervisedTask, ProcessWatch> _tasks = new();
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
        _tasks[task] = new ProcessWatch(supervisor);
        _wake.Set();
    }

    public void Remove(SupervisedTask task)
    {
        if (_tasks.TryRemove(task, out var process)) process.Dispose();
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
        for (var round = 0; !_disposed; round++)
        {
            var entries = _tasks.ToArray();
            var ended = _wake.Wait([.. entries.Select(e => e.Value.Descriptor)], entries.Length == 0 ? Timeout.InfiniteTimeSpan : Period);
            var again = false;
            for (var i = 0; i < entries.Length && !_disposed; i++)
            {
                // Where the kernel does not tell of an end, it is looked for.
                var closely = ended[i] || round % LookAtAllEvery == 0 || entries[i].Value.Descriptor < 0;
                if (!Poll(entries[i].Key, closely)) Remove(entries[i].Key);
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
}
