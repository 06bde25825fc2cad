using Actors.Contracts.Jobs;

namespace Actors.Client.Artifacts;

/// <summary>An artifact with nothing left to interpolate.</summary>
/// <param name="Source">Where it comes from, as written.</param>
/// <param name="Options">The getter's options.</param>
/// <param name="Headers">HTTP headers.</param>
/// <param name="Mode">"any", "file" or "dir".</param>
/// <param name="Insecure">Certificates go unchecked.</param>
/// <param name="Root">The allocation's directory: nothing is written outside.</param>
/// <param name="Destination">Where it goes, beneath the root.</param>
/// <param name="Work">A directory of its own, on the same file system, that is not there yet.</param>
internal sealed record ArtifactRequest(
    string Source, IReadOnlyList<KeyValuePair<string, string>> Options, IReadOnlyDictionary<string, string> Headers, string Mode, bool Insecure, string Root, string Destination, string Work);

/// <summary>Fetches an artifact: to a place of its own first, checked and unpacked there, then moved to where the task wants it.</summary>
/// <param name="limits">What it may cost.</param>
/// <param name="time">The clock.</param>
internal sealed class ArtifactFetcher(ArtifactLimits limits, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Fetches it; what may pass is tried again a few times.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="progress">Told the bytes that are there, and how many there will be (0: not known).</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="ArtifactException">It can't be had; says whether another attempt may help.</exception>
    public async Task FetchAsync(ArtifactRequest request, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var source = ArtifactSource.Parse(request.Source, request.Options);
        if (request.Mode is not ("" or "any" or "file" or "dir")) throw new ArtifactException($"mode: expected any, file or dir, found \"{request.Mode}\"");
        var fetching = new Fetching(limits, request.Headers, request.Insecure, progress);
        var wait = FirstWait;
        for (var attempt = 1; ; attempt++, wait *= 2)
        {
            try
            {
                Directory.CreateDirectory(request.Work, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                await OnceAsync(source, request, fetching, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ArtifactException e) when (e.Recoverable && attempt < limits.Attempts)
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new ArtifactException(e.Message, recoverable: true, e);
            }
            finally
            {
                if (Directory.Exists(request.Work)) Directory.Delete(request.Work, recursive: true);
            }
        }
    }

    private async Task OnceAsync(ArtifactSource source, ArtifactRequest request, Fetching fetching, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (source.Getter != ArtifactGetter.Git) deadline.CancelAfter(limits.ReadTimeout);
        try
        {
            var fetched = Path.Combine(request.Work, "fetched");
            if (await GetAsync(source, request, fetched, fetching, deadline.Token).ConfigureAwait(false))
            {
                if (source.Option("checksum").Length > 0) throw new ArtifactException("checksum: a directory has none; it is for files and archives");
                CheckTree(fetched);
                PlaceDirectory(Part(fetched, source.Subdirectory), request);
                return;
            }

            await CheckAsync(source, fetched, fetching, deadline.Token).ConfigureAwait(false);
            await PlaceFileAsync(source, request, fetched, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ArtifactException($"it was not there within {GoDuration.Format(limits.ReadTimeout)}", recoverable: true, e);
        }
        catch (HttpRequestException e)
        {
            throw new ArtifactException($"the connection broke: {e.Message}", recoverable: true, e);
        }
    }

    /// <summary>Fetches it as it is; true when it is a directory.</summary>
    private async Task<bool> GetAsync(ArtifactSource source, ArtifactRequest request, string fetched, Fetching fetching, CancellationToken cancellationToken)
    {
        switch (source.Getter)
        {
            case ArtifactGetter.Git:
                await GitGetter.GetAsync(source, fetched, request.Work, limits.GitTimeout, cancellationToken).ConfigureAwait(false);
                return true;
            case ArtifactGetter.File:
                return await FileGetter.GetAsync(source, fetched, fetching, cancellationToken).ConfigureAwait(false);
            case ArtifactGetter.S3:
                var store = new S3Getter(source, fetching, time);
                if (request.Mode != "dir" || ArchiveFormat.Of(source) is not null)
                    if (await store.GetAsync(fetched, cancellationToken).ConfigureAwait(false)) return false;
                if (request.Mode == "file") throw new ArtifactException($"there is no object \"{source.Address}\"", recoverable: true);
                await store.GetAllAsync(fetched, cancellationToken).ConfigureAwait(false);
                return true;
            default:
                if (!Uri.TryCreate(source.Address, UriKind.Absolute, out var address)) throw new ArtifactException($"source: \"{source.Address}\" is no address");
                await HttpGetter.GetAsync(address, fetched, fetching, cancellationToken).ConfigureAwait(false);
                return false;
        }
    }

    private static async Task CheckAsync(ArtifactSource source, string fetched, Fetching fetching, CancellationToken cancellationToken)
    {
        var option = source.Option("checksum");
        if (option.Length == 0) return;
        Checksum checksum;
        if (Checksum.IsFile(option))
        {
            var place = option["file:".Length..];
            if (!Uri.TryCreate(place, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new ArtifactException($"checksum: expected file:http(s)://…, found \"{option}\"");
            checksum = Checksum.Find(await HttpGetter.TextAsync(address, fetching, cancellationToken).ConfigureAwait(false), source.FileName, place);
        }
        else
        {
            checksum = Checksum.Parse(option);
        }

        await checksum.CheckAsync(fetched, cancellationToken).ConfigureAwait(false);
    }

    private async Task PlaceFileAsync(ArtifactSource source, ArtifactRequest request, string fetched, CancellationToken cancellationToken)
    {
        if (ArchiveFormat.Of(source) is { } format)
        {
            var unpacked = Path.Combine(request.Work, "unpacked");
            await new Unpacker(unpacked, limits).UnpackAsync(fetched, format, format.Bare(source.FileName), cancellationToken).ConfigureAwait(false);
            if (request.Mode != "file")
            {
                PlaceDirectory(Part(unpacked, source.Subdirectory), request);
                return;
            }

            var files = Directory.GetFileSystemEntries(unpacked, "*", SearchOption.AllDirectories).Where(e => !Directory.Exists(e)).ToList();
            if (files.Count != 1) throw new ArtifactException($"mode \"file\": expected an archive of one file, found {files.Count}");
            SafePaths.Move(files[0], request.Root, request.Destination);
            return;
        }

        if (source.Subdirectory.Length > 0) throw new ArtifactException($"source: \"//{source.Subdirectory}\" is for archives and repositories");
        if (request.Mode == "dir") throw new ArtifactException("mode \"dir\": it is one file; expected an archive, a repository or a directory");
        if (request.Mode == "file")
        {
            SafePaths.Move(fetched, request.Root, request.Destination);
            return;
        }

        if (source.FileName.Length == 0 || source.FileName is "." or ".." || source.FileName.Contains('/', StringComparison.Ordinal))
            throw new ArtifactException($"source: \"{source.Address}\" gives no name for a file; say options {{ filename = … }}, or mode = \"file\" with the destination's name");
        SafePaths.Move(fetched, request.Root, Path.Combine(request.Destination, source.FileName));
    }

    private static void PlaceDirectory(string directory, ArtifactRequest request)
    {
        if (request.Mode == "file") throw new ArtifactException("mode \"file\": it is a directory");
        SafePaths.Merge(directory, request.Root, request.Destination);
    }

    private static string Part(string directory, string subdirectory)
    {
        if (subdirectory.Length == 0) return directory;
        var part = SafePaths.Inside(directory, subdirectory);
        return Directory.Exists(part) && new DirectoryInfo(part).LinkTarget is null ? part : throw new ArtifactException($"source: there is no directory \"{subdirectory}\" in it");
    }

    /// <summary>What a repository or a directory brought keeps the limits too, and has no link that leads out of it.</summary>
    private void CheckTree(string directory)
    {
        var (files, bytes) = (0, 0L);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MaxRecursionDepth = 200 }))
        {
            if (++files > limits.MaxFiles && !InsideGit(directory, entry)) throw new ArtifactException($"it has more than {limits.MaxFiles} files, the most that this node unpacks");
            if (entry is FileInfo { LinkTarget: null } file && (bytes += file.Length) > limits.MaxUnpackedBytes)
                throw new ArtifactException($"it has more than {ByteText.Format(limits.MaxUnpackedBytes)}, the most that this node unpacks");
            if (entry.LinkTarget is not { } target) continue;
            var full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(entry.FullName)!, target));
            if (Path.IsPathRooted(target) || !full.StartsWith(directory + "/", StringComparison.Ordinal))
                throw new ArtifactException($"\"{Path.GetRelativePath(directory, entry.FullName)}\" is a link to \"{target}\", outside of the artifact");
        }
    }

    private static bool InsideGit(string directory, FileSystemInfo entry) => entry.FullName.StartsWith(directory + "/.git/", StringComparison.Ordinal);
}
