using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;
using CompressionMode = SharpCompress.Compressors.CompressionMode;

namespace Actors.Client.Artifacts;

/// <summary>How files are packed.</summary>
/// <param name="Name">Its name, which is the end of a file's name too: <c>tar.gz</c>.</param>
/// <param name="IsTar">It holds many files, as a tape does.</param>
/// <param name="IsZip">It is a zip.</param>
/// <param name="Unpress">Undoes its compression; null: it has none of its own.</param>
internal sealed record ArchiveFormat(string Name, bool IsTar, bool IsZip, Func<Stream, Stream>? Unpress)
{
    private static readonly Func<Stream, Stream> Gzip = s => new GZipStream(s, System.IO.Compression.CompressionMode.Decompress);
    private static readonly Func<Stream, Stream> Bzip2 = s => BZip2Stream.Create(s, CompressionMode.Decompress, true, false, false);
    private static readonly Func<Stream, Stream> Xz = s => new XZStream(s);
    private static readonly Func<Stream, Stream> Zstd = s => new DecompressionStream(s, 0, true, false);

    private static readonly ArchiveFormat[] All =
    [
        new("tar.gz", true, false, Gzip), new("tgz", true, false, Gzip),
        new("tar.bz2", true, false, Bzip2), new("tbz2", true, false, Bzip2),
        new("tar.xz", true, false, Xz), new("txz", true, false, Xz),
        new("tar.zst", true, false, Zstd), new("tzst", true, false, Zstd),
        new("tar", true, false, null), new("zip", false, true, null),
        new("gz", false, false, Gzip), new("bz2", false, false, Bzip2), new("xz", false, false, Xz), new("zst", false, false, Zstd),
    ];

    /// <summary>It holds one file only.</summary>
    public bool IsSingle => !IsTar && !IsZip;

    /// <summary>How a source is packed: as its option <c>archive</c> says, else by its name; null: not at all.</summary>
    /// <exception cref="ArtifactException">The option names no format.</exception>
    public static ArchiveFormat? Of(ArtifactSource source)
    {
        var asked = source.Option("archive");
        if (asked is "false" or "0") return null;
        if (asked is not ("" or "true" or "1"))
            return All.FirstOrDefault(f => f.Name == asked) ?? throw new ArtifactException($"source: archive: expected false or one of {string.Join(", ", All.Select(f => f.Name))}, found \"{asked}\"");
        var name = source.Address.Split('?')[0];
        return All.FirstOrDefault(f => name.EndsWith("." + f.Name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A single file's name without the compression's end.</summary>
    public string Bare(string name) => name.EndsWith("." + Name, StringComparison.OrdinalIgnoreCase) ? name[..^(Name.Length + 1)] : name;
}
