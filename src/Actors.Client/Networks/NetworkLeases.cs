namespace Actors.Client.Networks;

/// <summary>The addresses that the CNI plugin <c>host-local</c> has given away: a file each, named as the address, that holds the owner's id.</summary>
internal static class NetworkLeases
{
    private const string Root = "/var/lib/cni/networks";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<(string Path, string Address, string Owner)> All()
    {
        if (!Directory.Exists(Root)) return [];
        return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(path => char.IsAsciiHexDigit(Path.GetFileName(path)[0]) && Path.GetFileName(path).AsSpan().IndexOfAny(".:") > 0)
            .Select(path => (path, Path.GetFileName(path), Owner(path)))];
    }

    private static string Owner(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault() ?? "";
        }
        catch (FileNotFoundException)
        {
            // Given back just now.
            return "";
        }
    }
}
