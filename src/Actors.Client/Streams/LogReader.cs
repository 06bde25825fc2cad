using System.Runtime.CompilerServices;
using Actors.Drivers.Files;
using Actors.Drivers.Logs;

namespace Actors.Client.Streams;

/// <summary>A piece of a file.</summary>
/// <param name="File">Its path inside the allocation's directory.</param>
/// <param name="Offset">Where the piece ends in the file, as Nomad's frames have it.</param>
/// <param name="Data">The bytes.</param>
internal sealed record FilePiece(string File, long Offset, ReadOnlyMemory<byte> Data);

/// <summary>Reads files that are being written: a task's rotated log as one stream, or one file.</summary>
internal static class LogReader
{
    private const int PieceSize = 64 * 1024;
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(250);

    /// <summary>A task's log from an offset in all of its files together; with <paramref name="more"/> true at its end, what comes then too.</summary>
    /// <param name="directory">Where the log files lie.</param>
    /// <param name="shown">The same place as its users see it.</param>
    /// <param name="name">Such as <c>redis.stdout</c>.</param>
    /// <param name="offset">Bytes from the start of the oldest file, or back from the end.</param>
    /// <param name="fromEnd">Which of the two.</param>
    /// <param name="more">Asked at the end: may more come?</param>
    /// <param name="cancellationToken">The reader is gone.</param>
    public static async IAsyncEnumerable<FilePiece> ReadLogAsync(
        string directory, string shown, string name, long offset, bool fromEnd, Func<bool> more, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (index, position) = Begin(directory, name, offset, fromEnd);
        var wait = ShortestPoll;
        while (true)
        {
            var mayCome = more();
            var path = Path.Combine(directory, $"{name}.{index}");
            var piece = await ReadAsync(path, position, int.MaxValue, cancellationToken).ConfigureAwait(false);
            if (piece.Length > 0)
            {
                position += piece.Length;
                wait = ShortestPoll;
                yield return new FilePiece($"{shown}/{name}.{index}", position, piece);
                continue;
            }

            var later = RotatedLog.Indexes(directory, name).Where(i => i > index).ToList();
            if (later.Count > 0)
            {
                // A file is complete once the next one is there; the oldest may have been removed meanwhile.
                var rest = await ReadAsync(path, position, int.MaxValue, cancellationToken).ConfigureAwait(false);
                if (rest.Length > 0)
                {
                    position += rest.Length;
                    yield return new FilePiece($"{shown}/{name}.{index}", position, rest);
                    continue;
                }

                (index, position) = (later[0], 0);
                continue;
            }

            if (!mayCome) yield break;
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestPoll ? wait * 2 : LongestPoll;
        }
    }

    /// <summary>One file from an offset.</summary>
    public static async IAsyncEnumerable<FilePiece> ReadFileAsync(
        string path, string shown, long offset, bool fromEnd, long limit, Func<bool> more, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var length = new FileInfo(path).Length;
        var position = fromEnd ? Math.Max(0, length - offset) : offset;
        var left = limit > 0 ? limit : long.MaxValue;
        var wait = ShortestPoll;
        while (left > 0)
        {
            var mayCome = more();
            var piece = await ReadAsync(path, position, left, cancellationToken).ConfigureAwait(false);
            if (piece.Length > 0)
            {
                position += piece.Length;
                left -= piece.Length;
                wait = ShortestPoll;
                yield return new FilePiece(shown, position, piece);
                continue;
            }

            if (!mayCome) yield break;
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestPoll ? wait * 2 : LongestPoll;
        }
    }

    /// <summary>The tasks that have logs in a directory.</summary>
    public static IReadOnlyList<string> Tasks(string directory) =>
    [
        .. Directory.EnumerateFiles(directory).Select(Path.GetFileNameWithoutExtension).Select(Path.GetFileNameWithoutExtension).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static (int Index, long Position) Begin(string directory, string name, long offset, bool fromEnd)
    {
        var files = RotatedLog.Indexes(directory, name).Select(i => (Index: i, Length: LengthOf(Path.Combine(directory, $"{name}.{i}")))).ToList();
        if (files.Count == 0) return (0, fromEnd ? 0 : offset);
        var start = fromEnd ? Math.Max(0, files.Sum(f => f.Length) - offset) : offset;
        foreach (var (index, length) in files)
        {
            if (start < length) return (index, start);
            start -= length;
        }

        return (files[^1].Index, files[^1].Length + start);
    }

    private static long LengthOf(string path) => PlainFiles.IsPlain(path) ? new FileInfo(path).Length : 0;

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, long position, long limit, CancellationToken cancellationToken)
    {
        // Not written yet, rotated away, or nothing that a log is made of.
        using var file = PlainFiles.OpenToRead(path);
        if (file is null) return default;
        var size = Math.Min(Math.Min(RandomAccess.GetLength(file) - position, PieceSize), limit);
        if (size <= 0) return default;
        var buffer = new byte[size];
        var read = await RandomAccess.ReadAsync(file, buffer, position, cancellationToken).ConfigureAwait(false);
        return buffer.AsMemory(0, read);
    }
}
