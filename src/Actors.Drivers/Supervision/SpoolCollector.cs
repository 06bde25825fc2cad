using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Actors.Drivers.Files;
using Actors.Drivers.Logs;
using Actors.Drivers.Processes;
using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Supervision;

/// <summary>
/// Moves a task's output from where the task writes it (a file that only grows: the task never waits for the agent and
/// never loses a line while there is none) into its rotated log. What was copied is given back to the disk by punching
/// holes into the spool.
/// </summary>
internal sealed class SpoolCollector : IDisposable
{
    // Copied at a time, so that one talkative task doesn't hold up the others.
    private const int PerTurn = 8 * 1024 * 1024;
    private const int BufferSize = 256 * 1024;
    private const long ReleaseStep = 1024 * 1024;

    // What has just written is likely to write on, and somebody may be following.
    private static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(5);

    private readonly Spool[] _spools;
    private long _wroteAt = Stopwatch.GetTimestamp();

    public SpoolCollector(TaskConfig task) => _spools =
    [
        new Spool(Path.Combine(task.Paths.Control, "stdout"), new RotatedLog(task.Paths.Logs, $"{task.Task}.stdout", task.Logs, Path.Combine(task.Paths.Control, "stdout.position"))),
        new Spool(Path.Combine(task.Paths.Control, "stderr"), new RotatedLog(task.Paths.Logs, $"{task.Task}.stderr", task.Logs, Path.Combine(task.Paths.Control, "stderr.position"))),
    ];

    /// <summary>Copies what is there; true when more is left that can be copied at once.</summary>
    public bool Collect()
    {
        var more = false;
        foreach (var spool in _spools)
        {
            var before = spool.Position;
            more |= spool.Collect();
            if (spool.Position != before) _wroteAt = Stopwatch.GetTimestamp();
        }

        return more;
    }

    /// <summary>Nothing was written for a while.</summary>
    public bool IsQuiet => Stopwatch.GetElapsedTime(_wroteAt) > QuietAfter;

    public void Dispose()
    {
        foreach (var spool in _spools) spool.Dispose();
    }

    private sealed class Spool : IDisposable
    {
        private readonly RotatedLog _log;
        private readonly SafeFileHandle _file;
        private readonly Lock _gate = new();
        private long _position;
        private long _released;
        private bool _disposed;

        public Spool(string path, RotatedLog log)
        {
            _log = log;
            _file = PlainFiles.OpenToWrite(path, FileAccess.ReadWrite);
            _ = long.TryParse(log.Source, NumberStyles.None, CultureInfo.InvariantCulture, out _position);
            _released = _position / ReleaseStep * ReleaseStep;
        }

        public long Position => Volatile.Read(ref _position);

        public bool Collect()
        {
            lock (_gate)
            {
                if (_disposed) return false;
                var length = RandomAccess.GetLength(_file);
                if (length == _position) return false;
                try
                {
                    if (length - _position > _log.Capacity) _position = length - _log.Capacity;
                    Copy(length);
                    _log.Checkpoint(_position.ToString(CultureInfo.InvariantCulture));
                    Release();
                    return _position < length;
                }
                catch (IOException)
                {
                    // The disk is full or the directory is gone: the spool keeps everything, the next turn tries again.
                    return false;
                }
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _disposed = true;
                _log.Dispose();
                _file.Dispose();
            }
        }

        private void Copy(long length)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                var end = Math.Min(length, _position + PerTurn);
                while (_position < end)
                {
                    var read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(BufferSize, end - _position)), _position);
                    if (read == 0) return;
                    _log.Write(buffer.AsSpan(0, read));
                    _position += read;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        private void Release()
        {
            var upTo = _position / ReleaseStep * ReleaseStep;
            // Where the file system can't punch holes the spool just stays until the task's directory goes.
            if (upTo > _released && Libc.Release(_file, _released, upTo - _released)) _released = upTo;
        }
    }
}
