using Actors.Client.Allocations;

namespace Actors.Client.Streams;

/// <summary>The files of an allocation as its users may see them: nothing outside its directory, whatever links say, and no secrets.</summary>
internal static class AllocationFiles
{
    /// <summary>The real path of a file inside an allocation's directory.</summary>
    /// <param name="root">The allocation's directory.</param>
    /// <param name="path">As the caller wrote it; a leading '/' is the allocation's directory.</param>
    /// <exception cref="StreamException">400: it leaves the directory; 403: it is kept private; 404: it is not there.</exception>
    public static string Resolve(string root, string path)
    {
        var relative = path.TrimStart('/');
        if (relative.Contains('\0', StringComparison.Ordinal)) throw new StreamException(400, "path: holds a NUL");
        var full = Path.GetFullPath(Path.Combine(root, relative));
        if (!IsInside(root, full)) throw new StreamException(400, $"path: \"{path}\" leaves the allocation's directory");

        var real = Follow(root, full, path);
        var parts = Path.GetRelativePath(root, real).Split('/');
        if (parts[0] == AllocationDirectory.ControlName) throw new StreamException(404, $"path: there is no \"{path}\"");
        if (parts.Length > 1 && parts[1] is "secrets" or "private" && parts[0] != "alloc") throw new StreamException(403, $"path: reading {parts[1]} is not allowed (\"{path}\")");
        return File.Exists(real) || Directory.Exists(real) ? real : throw new StreamException(404, $"path: there is no \"{path}\"");
    }

    /// <summary>Follows links one part at a time, so that none of them, at whatever place, leads out.</summary>
    private static string Follow(string root, string full, string asked)
    {
        var steps = 0;
        var done = root;
        var rest = new Stack<string>(Path.GetRelativePath(root, full).Split('/').Reverse().Where(p => p is not ("." or "")));
        while (rest.TryPop(out var part))
        {
            if (++steps > 100) throw new StreamException(400, $"path: \"{asked}\" has too many parts or links");
            var next = Path.GetFullPath(Path.Combine(done, part));
            if (!IsInside(root, next)) throw new StreamException(400, $"path: \"{asked}\" leaves the allocation's directory");
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            var pointed = Path.GetFullPath(target, done);
            if (!IsInside(root, pointed)) throw new StreamException(400, $"path: \"{asked}\" leaves the allocation's directory by a link");
            foreach (var linked in Path.GetRelativePath(root, pointed).Split('/').Reverse().Where(p => p is not ("." or ""))) rest.Push(linked);
            done = root;
        }

        return done;
    }

    private static bool IsInside(string root, string path) => path == root || path.StartsWith(root + "/", StringComparison.Ordinal);
}
