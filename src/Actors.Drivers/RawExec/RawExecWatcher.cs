using System.Collections.Concurrent;

namespace Actors.Drivers.RawExec;

/// <summary>One thread that copies the output of all tasks and notices their ends: the cost of a task is two file lengths, ten times a second.</summary>
internal sealed class RawExecWatcher : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private const int CloseLookEvery = 5;

    private readonly ConcurrentDictionary<RawExecTask, byte> _tasks = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _closeLook;
    private volatile bool _disposed;

    public RawExecWatcher()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "raw_exec watcher" };
        _thread.Start();
    }

    public void Add(RawExecTask task)
    {
        _tasks[task] = 0;
        Wake();
    }

    public void Remove(RawExecTask task) => _tasks.TryRemove(task, out _);

    /// <summary>Looks at all tasks now: one of their supervisors ended.</summary>
    public void Wake()
    {
        if (_disposed) return;
        _closeLook = true;
        _wake.Set();
    }

    public void Dispose()
    {
        _disposed = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _wake.Dispose();
    }

    private void Watch()
    {
        for (var round = 0; !_disposed; round++)
        {
            _wake.WaitOne(_tasks.IsEmpty ? Timeout.InfiniteTimeSpan : Period);
            var closely = _closeLook || round % CloseLookEvery == 0;
            _closeLook = false;
            foreach (var task in _tasks.Keys)
            {
                if (!Poll(task, closely)) _tasks.TryRemove(task, out _);
            }
        }
    }

    private static bool Poll(RawExecTask task, bool closely)
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
