namespace Actors.Client.Artifacts;

/// <summary>Paths that must stay inside a directory, whatever they are made of.</summary>
internal static class SafePaths
{
    /// <summary>A path beneath a directory.</summary>
    /// <exception cref="ArtifactException">It leaves the directory.</exception>
    public static string Inside(string directory, string relative)
    {
        var full = Path.GetFullPath(Path.Combine(directory, relative.TrimStart('/')));
        return !relative.Contains('\0', StringComparison.Ordinal) && (full == directory || full.StartsWith(directory + "/", StringComparison.Ordinal))
            ? full
            : throw new ArtifactException($"\"{relative}\" leaves its directory");
    }

    /// <summary>Makes a directory beneath another one, and refuses to go through a link on the way: someone else may have put it there.</summary>
    /// <exception cref="ArtifactException">Something on the way is a link, or no directory.</exception>
    public static void MakeDirectory(string root, string path)
    {
        var at = root;
        foreach (var part in Path.GetRelativePath(root, path).Split('/').Where(p => p is not ("" or ".")))
        {
            at = Path.Combine(at, part);
            var there = new FileInfo(at);
            if (there.LinkTarget is not null) throw new ArtifactException($"\"{Path.GetRelativePath(root, at)}\" is a symbolic link, and is not followed");
            if (there.Exists) throw new ArtifactException($"\"{Path.GetRelativePath(root, at)}\" is a file, expected a directory");
            Directory.CreateDirectory(at);
        }
    }

    /// <summary>Refuses a path that goes through a link, or is one.</summary>
    /// <exception cref="ArtifactException">It does.</exception>
    public static void RefuseLinks(string root, string path)
    {
        for (var at = path; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null) throw new ArtifactException($"\"{Path.GetRelativePath(root, at)}\" is a symbolic link, and is not followed");
    }

    /// <summary>Moves what is in a directory into another one, over what is there of the same name. Links at the destination are replaced, never followed.</summary>
    /// <exception cref="ArtifactException">Something at the destination is in the way.</exception>
    public static void Merge(string from, string root, string to)
    {
        MakeDirectory(root, to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                Merge(entry.FullName, root, target);
                File.SetUnixFileMode(target, File.GetUnixFileMode(entry.FullName));
                continue;
            }

            Move(entry.FullName, root, target);
        }
    }

    /// <summary>Moves one file (or link) over what is there of the same name.</summary>
    /// <exception cref="ArtifactException">A directory is in the way.</exception>
    public static void Move(string from, string root, string to)
    {
        MakeDirectory(root, Path.GetDirectoryName(to)!);
        if (new DirectoryInfo(to) is { Exists: true, LinkTarget: null }) throw new ArtifactException($"\"{Path.GetRelativePath(root, to)}\" is a directory, expected a file");
        File.Move(from, to, overwrite: true);
    }
}
