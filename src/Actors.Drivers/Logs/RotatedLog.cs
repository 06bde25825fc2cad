using System.Globalization;
using Actors.Drivers.Files;
using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Logs;

/// <summary>
/// One stream of a task's output as files <c>&lt;task&gt;.stdout.0</c>, <c>.1</c> …, each up to a size, the oldest removed.
/// Remembers in a checkpoint how far its source had been copied when a file had a certain length: after a crash the file
/// is cut back to that length and the source is copied from there, so that nothing is lost and nothing comes twice.
/// Not thread safe: one collector writes it.
/// </summary>
public sealed class RotatedLog : IDisposable
{
    private readonly string _directory;
    private readonly string _name;
    private readonly LogLimits _limits;
    private readonly string _checkpointPath;
    private SafeFileHandle? _file;
    private int _index;
    private long _length;
    private bool _dirty;

    /// <summary>Opens the log where its checkpoint left it.</summary>
    /// <param name="directory">Where the files lie.</param>
    /// <param name="name">Such as <c>redis.stdout</c>.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="checkpointPath">The file that remembers how far the source was copied.</param>
    /// <exception cref="IOException">A file can't be opened or cut back.</exception>
    public RotatedLog(string directory, string name, LogLimits limits, string checkpointPath)
    {
        _directory = directory;
        _name = name;
        _limits = limits;
        _checkpointPath = checkpointPath;
        var existing = Indexes(directory, name);
        _index = existing.Count == 0 ? 0 : existing[^1];
        long? cutAt = null;
        if (ReadCheckpoint(checkpointPath) is { } checkpoint)
        {
            Source = checkpoint.Source;
            foreach (var later in existing.Where(i => i > checkpoint.Index)) File.Delete(PathOf(later));
            _index = checkpoint.Index;
            cutAt = checkpoint.Length;
        }

        Open();
        if (cutAt is { } length && length < _length)
        {
            RandomAccess.SetLength(_file!, length);
            _length = length;
        }
    }

    /// <summary>The place in the source up to which the files hold it; "" when nothing was copied yet. The source's own notation.</summary>
    public string Source { get; private set; } = "";

    /// <summary>How many bytes of the source's rest are worth copying: what lies before would be rotated away at once.</summary>
    public long Capacity => _limits.MaxFiles * _limits.MaxFileBytes;

    /// <summary>Appends, rotating where a file is full: after a line's end, if the piece has one.</summary>
    /// <exception cref="IOException">The disk is full, or the directory is gone; call again with the same bytes later.</exception>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (_limits.Disabled) return;
        while (data.Length > 0)
        {
            var room = _limits.MaxFileBytes - _length;
            if (room <= 0)
            {
                Rotate();
                continue;
            }

            var piece = data.Length <= room ? data : data[..(int)room];
            if (piece.Length < data.Length)
            {
                var end = piece.LastIndexOf((byte)'\n');
                if (end >= 0)
                {
                    piece = piece[..(end + 1)];
                }
                else if (_length > 0 && LineLength(data) <= _limits.MaxFileBytes)
                {
                    // The line does not fit here, and does into the next file.
                    Rotate();
                    continue;
                }
            }

            RandomAccess.Write(_file!, piece, _length);
            _length += piece.Length;
            _dirty = true;
            data = data[piece.Length..];
            if (data.Length > 0) Rotate();
        }
    }

    /// <summary>Remembers how far the source is copied.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Checkpoint(string source)
    {
        if (!_dirty && source == Source) return;
        var temporary = _checkpointPath + ".new";
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{_index} {_length} {source}\n"));
        File.Move(temporary, _checkpointPath, overwrite: true);
        Source = source;
        _dirty = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>The indexes of a log's files, ascending.</summary>
    public static IReadOnlyList<int> Indexes(string directory, string name) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, name + ".*")
            .Select(path => Path.GetFileName(path)[(name.Length + 1)..])
            .Select(suffix => int.TryParse(suffix, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1)
            .Where(index => index >= 0)
            .Order()]
        : [];

    private static int LineLength(ReadOnlySpan<byte> data) => data.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : data.Length;

    private void Rotate()
    {
        _index++;
        Open();
        foreach (var old in Indexes(_directory, _name).Where(i => i <= _index - _limits.MaxFiles)) File.Delete(PathOf(old));
    }

    private void Open()
    {
        _file?.Dispose();
        Directory.CreateDirectory(_directory);
        _file = PlainFiles.OpenToWrite(PathOf(_index));
        _length = RandomAccess.GetLength(_file);
    }

    private string PathOf(int index) => Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{_name}.{index}"));

    private static (int Index, long Length, string Source)? ReadCheckpoint(string path)
    {
        if (!File.Exists(path)) return null;
        var parts = File.ReadAllText(path).TrimEnd('\n').Split(' ', 3);
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? (index, length, parts[2])
                : null;
    }
}
