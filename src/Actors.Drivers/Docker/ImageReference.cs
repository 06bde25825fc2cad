namespace Actors.Drivers.Docker;

/// <summary>An image's name, taken apart.</summary>
/// <param name="Registry">The registry's host, with port; <c>docker.io</c> when none is named.</param>
/// <param name="Repository">The name to ask the engine for, without tag.</param>
/// <param name="Tag">The tag, or the digest (<c>sha256:…</c>); <c>latest</c> when none is named.</param>
internal sealed record ImageReference(string Registry, string Repository, string Tag)
{
    /// <summary>Takes a name apart: <c>[registry[:port]/]name[:tag|@digest]</c>.</summary>
    public static ImageReference Parse(string image)
    {
        var name = image.Replace("https://", "", StringComparison.Ordinal);
        var tag = "latest";
        if (name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at) (name, tag) = (name[..at], name[(at + 1)..]);
        else if (name.LastIndexOf(':') is > 0 and var colon && colon > name.LastIndexOf('/')) (name, tag) = (name[..colon], name[(colon + 1)..]);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash > 0 ? name[..slash] : "";
        var registry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost" ? first : "docker.io";
        return new ImageReference(registry, name, tag);
    }

    /// <summary>The whole name, as the engine takes it.</summary>
    public override string ToString() => Tag.StartsWith("sha256:", StringComparison.Ordinal) ? $"{Repository}@{Tag}" : $"{Repository}:{Tag}";
}
