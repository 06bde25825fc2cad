using System.Globalization;
using Actors.Drivers.Logs;

namespace Actors.Drivers.Docker;

/// <summary>Copies a container's output into its rotated log files: every entry once, over restarts of the agent and outages of the engine.</summary>
internal sealed class ContainerLogs : IAsyncDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMilliseconds(200);

    private readonly EngineLogStream _stream;
    private readonly string _container;
    private readonly bool _tty;
    private readonly Copy[] _copies;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _copying;
    private volatile bool _ended;

    public ContainerLogs(EngineLogStream stream, string container, bool tty, TaskConfig task, TimeProvider time)
    {
        (_stream, _container, _tty, _time) = (stream, container, tty, time);
        Directory.CreateDirectory(task.Paths.Control);
        _copies = [new Copy(task, "stdout", container), new Copy(task, "stderr", container)];
        _copying = Task.Run(CopyAsync);
    }

    /// <summary>The container has ended: completes when what it wrote is copied.</summary>
    public Task EndAsync()
    {
        _ended = true;
        return _drained.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var copy in _copies) copy.Dispose();
        _stop.Dispose();
    }

    private async Task CopyAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var wasEnded = _ended;
            var whole = await FollowAsync().ConfigureAwait(false);
            if (wasEnded && whole) break;
            if (whole && _ended) continue;
            await Task.Delay(Retry, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _drained.TrySetResult();
    }

    /// <summary>Copies until the stream's end; false when it broke.</summary>
    private async Task<bool> FollowAsync()
    {
        try
        {
            // An older time stamp of the two: what the other has already is left out there.
            var since = _copies.Select(c => c.Stamp).Min(StringComparer.Ordinal) ?? "";
            foreach (var copy in _copies) copy.Begin();
            var lastCheckpoint = _time.GetTimestamp();
            await using var entries = _stream.FollowAsync(_container, _tty, since, _stop.Token).GetAsyncEnumerator(_stop.Token);
            while (true)
            {
                var next = entries.MoveNextAsync();
                if (!next.IsCompleted || _time.GetElapsedTime(lastCheckpoint) > CheckpointEvery)
                {
                    foreach (var copy in _copies) copy.Checkpoint();
                    lastCheckpoint = _time.GetTimestamp();
                }

                if (!await next.ConfigureAwait(false)) break;
                _copies[entries.Current.IsError ? 1 : 0].Take(entries.Current);
            }

            foreach (var copy in _copies) copy.Checkpoint();
            return true;
        }
        catch (HttpRequestException e) when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.NotImplemented or System.Net.HttpStatusCode.BadRequest)
        {
            // The container is gone, or its logging driver can't be read: there is nothing to copy.
            _ended = true;
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The engine is away, or the disk is full: again from the last checkpoint.
            return false;
        }
    }

    /// <summary>One of the two streams and how far it is copied: a time stamp, and how many entries of just that stamp.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly RotatedLog _log;
        private readonly string _container;
        private int _ofStamp;
        private int _skip;

        public Copy(TaskConfig task, string stream, string container)
        {
            _container = container[..12];
            _log = new RotatedLog(task.Paths.Logs, $"{task.Task}.{stream}", task.Logs, Path.Combine(task.Paths.Control, $"{stream}.position"));
            var parts = _log.Source.Split(' ');
            if (parts.Length == 3 && parts[0] == _container)
                (Stamp, _ofStamp) = (parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
        }

        public string Stamp { get; private set; } = "";

        /// <summary>The stream begins again from a stamp: what is copied is left out.</summary>
        public void Begin() => _skip = _ofStamp;

        public void Take(EngineLogEntry entry)
        {
            var order = string.CompareOrdinal(entry.At, Stamp);
            if (order < 0) return;
            if (order == 0 && _skip > 0)
            {
                _skip--;
                return;
            }

            _log.Write(entry.Data.Span);
            (Stamp, _ofStamp) = (entry.At, order == 0 ? _ofStamp + 1 : 1);
            _skip = 0;
        }

        public void Checkpoint()
        {
            if (Stamp.Length > 0) _log.Checkpoint(string.Create(CultureInfo.InvariantCulture, $"{_container} {Stamp} {_ofStamp}"));
        }

        public void Dispose() => _log.Dispose();
    }
}
