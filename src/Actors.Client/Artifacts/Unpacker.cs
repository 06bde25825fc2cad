using System.Formats.Tar;
using System.IO.Compression;
using Actors.Client.Tasks.Hooks;

namespace Actors.Client.Artifacts;

/// <summary>
/// Unpacks archives from anywhere: never outside its directory, never through a link, never more than the limits allow,
/// whatever the archive says of itself.
/// </summary>
/// <param name="directory">Where; nobody else writes there.</param>
/// <param name="limits">How much.</param>
/// <param name="asWritten">Links and owners are kept as they are written: it is a task's own data, and not looked through here.</param>
internal sealed class Unpacker(string directory, ArtifactLimits limits, bool asWritten = false)
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;
    private const UnixFileMode DefaultFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OwnDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly byte[] _buffer = new byte[1 << 17];
    private long _bytes;
    private int _files;

    /// <summary>Unpacks an archive.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="format">How it is packed.</param>
    /// <param name="singleName">The name of the file of an archive that holds one file without a name.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="ArtifactException">It is no such archive, or a hostile one.</exception>
    public async Task UnpackAsync(string path, ArchiveFormat format, string singleName, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        try
        {
            if (format.IsZip)
            {
                await ZipAsync(path, cancellationToken).ConfigureAwait(false);
                return;
            }

            await using var file = File.OpenRead(path);
            await using var plain = format.Unpress?.Invoke(file) ?? file;
            if (format.IsTar) await TarAsync(plain, cancellationToken).ConfigureAwait(false);
            else await WriteAsync(singleName, plain, DefaultFile, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or SharpCompress.Common.SharpCompressException or InvalidOperationException or NotSupportedException)
        {
            throw new ArtifactException($"it can't be unpacked as {format.Name}: {e.Message}", recoverable: false, e);
        }
    }

    private async Task ZipAsync(string path, CancellationToken cancellationToken)
    {
        await using var zip = await ZipFile.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        foreach (var entry in zip.Entries)
        {
            var mode = (entry.ExternalAttributes >> 16) & 0xFFFF;
            if ((mode & 0xF000) == 0xA000) throw new ArtifactException($"\"{entry.FullName}\" is a symbolic link in a zip, which is not unpacked");
            if (entry.FullName.EndsWith('/'))
            {
                MakeDirectory(entry.FullName);
                continue;
            }

            var permissions = (UnixFileMode)(mode & 0x1FF);
            await using var content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await WriteAsync(entry.FullName, content, permissions == UnixFileMode.None ? DefaultFile : permissions, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Unpacks a tar from a stream.</summary>
    /// <exception cref="ArtifactException">It is a hostile one.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public async Task TarAsync(Stream plain, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    MakeDirectory(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    await WriteAsync(entry.Name, entry.DataStream ?? Stream.Null, entry.Mode & Permissions, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.SymbolicLink:
                    Link(entry);
                    break;
                case TarEntryType.HardLink:
                    await CopyLinkedAsync(entry, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    continue;
                default:
                    throw new ArtifactException($"\"{entry.Name}\" is a {entry.EntryType}, which is not unpacked");
            }

            if (!asWritten) continue;
            var path = SafePaths.Inside(directory, entry.Name);
            TaskOwner.Give(path, entry.Uid, entry.Gid);
            if (entry.EntryType is not TarEntryType.SymbolicLink) File.SetUnixFileMode(path, entry.Mode & Permissions);
        }
    }

    private async Task WriteAsync(string name, Stream content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        Count();
        var path = SafePaths.Inside(directory, name);
        SafePaths.MakeDirectory(directory, Path.GetDirectoryName(path)!);
        // A later entry of the same name wins, and must not write through a link of an earlier one.
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true }) File.Delete(path);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, _buffer.Length);
        while (await content.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            _bytes += read;
            if (_bytes > limits.MaxUnpackedBytes) throw new ArtifactException($"it unpacks to more than {ByteText.Format(limits.MaxUnpackedBytes)}, the most that this node unpacks");
            await file.WriteAsync(_buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        File.SetUnixFileMode(path, mode | UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A symbolic link is kept when it stays inside what is unpacked, by name alone: it is never followed here.</summary>
    private void Link(TarEntry entry)
    {
        Count();
        var path = SafePaths.Inside(directory, entry.Name);
        if (asWritten)
        {
            SafePaths.MakeDirectory(directory, Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, entry.LinkName);
            return;
        }

        if (Path.IsPathRooted(entry.LinkName)) throw Escapes(entry);
        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, entry.LinkName));
        if (target != directory && !target.StartsWith(directory + "/", StringComparison.Ordinal)) throw Escapes(entry);
        SafePaths.MakeDirectory(directory, Path.GetDirectoryName(path)!);
        if (new FileInfo(path) is { LinkTarget: not null } or { Exists: true }) File.Delete(path);
        // A target that goes through another link could lead anywhere: each part on its way must be none.
        for (var at = Path.GetDirectoryName(target)!; at.Length > directory.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null) throw Escapes(entry);
        File.CreateSymbolicLink(path, entry.LinkName);
    }

    private async Task CopyLinkedAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var target = SafePaths.Inside(directory, entry.LinkName);
        if (new FileInfo(target) is not { Exists: true, LinkTarget: null }) throw Escapes(entry);
        SafePaths.MakeDirectory(directory, Path.GetDirectoryName(target)!);
        await using var content = File.OpenRead(target);
        await WriteAsync(entry.Name, content, File.GetUnixFileMode(target), cancellationToken).ConfigureAwait(false);
    }

    private void MakeDirectory(string name)
    {
        Count();
        var path = SafePaths.Inside(directory, name);
        SafePaths.MakeDirectory(directory, path);
        if (path != directory) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | OwnDirectory);
    }

    private void Count()
    {
        if (++_files > limits.MaxFiles) throw new ArtifactException($"it has more than {limits.MaxFiles} files, the most that this node unpacks");
    }

    private static ArtifactException Escapes(TarEntry entry) => new($"\"{entry.Name}\" is a link to \"{entry.LinkName}\", outside of what is unpacked");
}
