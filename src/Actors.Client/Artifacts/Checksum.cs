using System.Security.Cryptography;

namespace Actors.Client.Artifacts;

/// <summary>What the bytes of an artifact must add up to.</summary>
/// <param name="Algorithm">md5, sha1, sha256 or sha512.</param>
/// <param name="Value">In lower-case hex.</param>
internal sealed record Checksum(string Algorithm, string Value)
{
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.Ordinal) { ["md5"] = 32, ["sha1"] = 40, ["sha256"] = 64, ["sha512"] = 128 };

    /// <summary>Whether the option names a file of checksums, <c>file:address</c>.</summary>
    public static bool IsFile(string option) => option.StartsWith("file:", StringComparison.Ordinal);

    /// <summary>Reads <c>type:hex</c>, or the hex alone, whose length then says the type.</summary>
    /// <exception cref="ArtifactException">It is neither.</exception>
    public static Checksum Parse(string option)
    {
        var parts = option.Split(':', 2);
        var value = parts[^1].Trim().ToLowerInvariant();
        var algorithm = parts.Length == 2 ? parts[0].Trim().ToLowerInvariant() : Lengths.FirstOrDefault(l => l.Value == value.Length).Key ?? "";
        if (!Lengths.TryGetValue(algorithm, out var length))
            throw new ArtifactException($"checksum: expected md5:, sha1:, sha256:, sha512: or file:, found \"{option}\"");
        if (value.Length != length || !value.All(char.IsAsciiHexDigit))
            throw new ArtifactException($"checksum: expected {length} hexadecimal digits for {algorithm}, found \"{value}\"");
        return new Checksum(algorithm, value);
    }

    /// <summary>Finds a file's checksum in a file of checksums, of GNU's form (<c>hex  name</c>) or BSD's (<c>SHA256 (name) = hex</c>); one that holds a single value needs no name.</summary>
    /// <exception cref="ArtifactException">It is not in there.</exception>
    public static Checksum Find(string file, string name, string source)
    {
        var lines = file.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToList();
        foreach (var line in lines)
        {
            var open = line.IndexOf(" (", StringComparison.Ordinal);
            var close = line.LastIndexOf(") = ", StringComparison.Ordinal);
            if (open > 0 && close > open)
            {
                if (Path.GetFileName(line[(open + 2)..close]) == name) return Parse($"{line[..open].ToLowerInvariant().Replace("-", "", StringComparison.Ordinal)}:{line[(close + 4)..]}");
                continue;
            }

            var words = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 2 && Path.GetFileName(words[1].TrimStart('*')) == name) return Parse(words[0]);
            if (words.Length == 1 && lines.Count == 1) return Parse(words[0]);
        }

        throw new ArtifactException($"checksum: {source} has no line for \"{name}\"");
    }

    /// <summary>Compares a file with it.</summary>
    /// <exception cref="ArtifactException">It is another file.</exception>
    public async Task CheckAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var found = Convert.ToHexStringLower(Algorithm switch
        {
            // Old and weak, and still what some publishers give.
            "md5" => await MD5.HashDataAsync(file, cancellationToken).ConfigureAwait(false),
            "sha1" => await SHA1.HashDataAsync(file, cancellationToken).ConfigureAwait(false),
            "sha256" => await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false),
            _ => await SHA512.HashDataAsync(file, cancellationToken).ConfigureAwait(false),
        });
        if (found != Value) throw new ArtifactException($"checksum: expected {Algorithm}:{Value}, found {Algorithm}:{found}");
    }
}
