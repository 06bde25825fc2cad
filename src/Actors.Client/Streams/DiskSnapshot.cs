using System.Formats.Tar;
using System.IO.Pipelines;
using Actors.Contracts.Jobs;
using Actors.Drivers.Files;

namespace Actors.Client.Streams;

/// <summary>The data of an allocation's ephemeral disk as a tar: <c>alloc/data</c> and each task's <c>local</c>, with owners, modes and links as they are.</summary>
internal static class DiskSnapshot
{
    private const int Ahead = 1 << 20;

    /// <summary>Writes it piece by piece: nothing of it is gathered.</summary>
    public static async Task WriteAsync(string directory, TaskGroup group, AnswerWriter write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: Ahead, resumeWriterThreshold: Ahead / 2));
        var packing = Task.Run(() => PackAsync(directory, group, pipe.Writer, cancellationToken), cancellationToken);
        while (true)
        {
            var read = await pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var piece in read.Buffer) await write(piece, cancellationToken).ConfigureAwait(false);
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        await packing.ConfigureAwait(false);
    }

    private static async Task PackAsync(string directory, TaskGroup group, PipeWriter to, CancellationToken cancellationToken)
    {
        try
        {
            await using var tar = new TarWriter(to.AsStream(leaveOpen: true), TarEntryFormat.Pax);
            foreach (var part in group.Tasks.Select(t => Path.Combine(t.Name, "local")).Prepend(Path.Combine("alloc", "data")))
                if (new DirectoryInfo(Path.Combine(directory, part)) is { Exists: true, LinkTarget: null } root) await PackAsync(root, part, tar, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await to.CompleteAsync(e).ConfigureAwait(false);
            return;
        }

        await to.CompleteAsync().ConfigureAwait(false);
    }

    private static async Task PackAsync(DirectoryInfo directory, string name, TarWriter tar, CancellationToken cancellationToken)
    {
        await tar.WriteEntryAsync(directory.FullName, name, cancellationToken).ConfigureAwait(false);
        foreach (var entry in directory.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var path = $"{name}/{entry.Name}";
            if (entry is DirectoryInfo { LinkTarget: null } inner) await PackAsync(inner, path, tar, cancellationToken).ConfigureAwait(false);
            // What is neither a file nor a link (a socket, a pipe, a device) means nothing on another machine.
            else if (entry.LinkTarget is not null || PlainFiles.IsPlain(entry.FullName)) await tar.WriteEntryAsync(entry.FullName, path, cancellationToken).ConfigureAwait(false);
        }
    }
}
