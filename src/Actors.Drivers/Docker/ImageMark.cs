using System.Text.RegularExpressions;
using Actors.Contracts;

namespace Actors.Drivers.Docker;

/// <summary>
/// The second name that an image gets when it is pulled for a node's tasks: so that it is known, after any crash, that it
/// was pulled, by which node and under which name; what an operator put there has none, and is left alone.
/// </summary>
internal static partial class ImageMark
{
    private const string Prefix = "actors/pulled/";
    private const string Named = "r";
    private const string Unnamed = "h";
    private const string Digest = "sha256-";

    /// <summary>The mark of an image, as repository and tag.</summary>
    public static (string Repository, string Tag) Of(ImageReference image, NodeId node)
    {
        // A registry's port has a colon, which no repository may have.
        var explicitly = image.Registry != "docker.io" || image.Repository.StartsWith("docker.io/", StringComparison.Ordinal);
        var path = explicitly ? $"{Named}/{Port().Replace(image.Repository, "_$1/", 1)}" : $"{Unnamed}/{image.Repository}";
        return ($"{Prefix}{node}/{path}", image.Tag.Replace("sha256:", Digest, StringComparison.Ordinal));
    }

    /// <summary>The image's own name, when a name is a mark of the node's; else null.</summary>
    public static string? Read(string name, NodeId node)
    {
        var prefix = $"{Prefix}{node}/";
        if (!name.StartsWith(prefix, StringComparison.Ordinal) || name.LastIndexOf(':') is not (> 0 and var colon)) return null;
        var (path, tag) = (name[prefix.Length..colon], name[(colon + 1)..]);
        var repository = path[2..];
        if (path.StartsWith(Named + "/", StringComparison.Ordinal)) repository = MarkedPort().Replace(repository, ":$1/", 1);
        return tag.StartsWith(Digest, StringComparison.Ordinal) ? $"{repository}@sha256:{tag[Digest.Length..]}" : $"{repository}:{tag}";
    }

    [GeneratedRegex("(?<=^[^/]*):([0-9]+)/")]
    private static partial Regex Port();

    [GeneratedRegex("(?<=^[^/]*)_([0-9]+)/")]
    private static partial Regex MarkedPort();
}
