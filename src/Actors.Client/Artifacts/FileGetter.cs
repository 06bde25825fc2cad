namespace Actors.Client.Artifacts;

/// <summary>Copies a file or a directory of the machine. Copied, not linked: what the task does with it must not reach the original.</summary>
internal static class FileGetter
{
    /// <summary>Copies a file, or all of a directory; true when it was a directory.</summary>
    /// <exception cref="ArtifactException">It is not there, or can't be copied.</exception>
    public static async Task<bool> GetAsync(ArtifactSource source, string target, Fetching fetching, CancellationToken cancellationToken)
    {
        var path = source.Address.StartsWith("file://", StringComparison.Ordinal) ? new Uri(source.Address.Split('?')[0]).LocalPath : source.Address;
        if (!Path.IsPathRooted(path)) throw new ArtifactException($"source: expected an absolute path, found \"{path}\"");
        var total = 0L;
        var count = 0;
        if (File.Exists(path))
        {
            await CopyAsync(path, target).ConfigureAwait(false);
            return false;
        }

        if (!Directory.Exists(path)) throw new ArtifactException($"there is no file \"{path}\" on this node", recoverable: true);
        foreach (var file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (++count > fetching.Limits.MaxFiles) throw new ArtifactException($"\"{path}\" has more than {fetching.Limits.MaxFiles} files, the most that this node fetches");
            var copy = SafePaths.Inside(target, Path.GetRelativePath(path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await CopyAsync(file, copy).ConfigureAwait(false);
        }

        Directory.CreateDirectory(target);
        return true;

        async Task CopyAsync(string from, string to)
        {
            await using (var input = File.OpenRead(from))
                await fetching.SaveAsync(input, to, input.Length, total, cancellationToken).ConfigureAwait(false);
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
            total += new FileInfo(to).Length;
        }
    }
}
