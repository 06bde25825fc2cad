namespace Actors.Client.Networks;

/// <summary>The CNI networks that the machine's operator configured.</summary>
internal static class CniNetworkFiles
{
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Reads a folder: files that end in conflist, conf or json; of two with one name the first counts, chains before single plugins.</summary>
    /// <exception cref="FormatException">One can't be read.</exception>
    public static IReadOnlyDictionary<string, CniNetwork> Load(string folder)
    {
        var networks = new SortedDictionary<string, CniNetwork>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return networks;
        foreach (var pattern in (string[])["*.conflist", "*.conf", "*.json"])
        {
            foreach (var file in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
            {
                if (new FileInfo(file).Length > MaxBytes) throw new FormatException($"{file}: expected a network's configuration of {MaxBytes} bytes at most");
                var network = CniNetwork.Parse(File.ReadAllText(file), file);
                networks.TryAdd(network.Name, network);
            }
        }

        return networks;
    }
}
