namespace Actors.Client.Artifacts;

/// <summary>What a getter needs beside the source.</summary>
/// <param name="Limits">What it may cost.</param>
/// <param name="Headers">HTTP headers.</param>
/// <param name="Insecure">Certificates go unchecked.</param>
/// <param name="Progress">Told how many bytes are there, and how many there will be (0: not known).</param>
internal sealed record Fetching(ArtifactLimits Limits, IReadOnlyDictionary<string, string> Headers, bool Insecure, Action<long, long> Progress)
{
    /// <summary>Copies a stream into a file, as long as it keeps the limit.</summary>
    /// <exception cref="ArtifactException">It is too large.</exception>
    public async Task SaveAsync(Stream from, string path, long expected, long before, CancellationToken cancellationToken)
    {
        if (before + expected > Limits.MaxBytes) throw TooLarge();
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17);
        var buffer = new byte[1 << 17];
        var total = before;
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            total += read;
            if (total > Limits.MaxBytes) throw TooLarge();
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            Progress(total, before + expected);
        }

        if (expected > 0 && total - before < expected) throw new ArtifactException($"the connection ended after {total - before} of {expected} bytes", recoverable: true);
    }

    private ArtifactException TooLarge() => new($"it is larger than {ByteText.Format(Limits.MaxBytes)}, the most that this node fetches");
}

/// <summary>Bytes for people.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>12.5 MiB</c>.</summary>
    public static string Format(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++) value /= 1024;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }
}
