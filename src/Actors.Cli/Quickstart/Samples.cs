namespace Actors.Cli.Quickstart;

/// <summary>The job files of <c>samples/jobs/</c>, which the program carries with it.</summary>
internal static class Samples
{
    private const string Prefix = "samples/";
    private const string Suffix = ".nomad.hcl";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => [.. typeof(Samples).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..^Suffix.Length])
        .Order(StringComparer.Ordinal)];

    /// <summary>A sample's text, or null when there is none of that name.</summary>
    public static string? Find(string name)
    {
        using var stream = typeof(Samples).Assembly.GetManifestResourceStream(Prefix + name + Suffix);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
