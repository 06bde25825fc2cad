using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Actors.Client.Networks;
using Actors.Contracts.Nodes;

namespace Actors.Client.Fingerprints;

/// <summary>Looks which networks groups can have of their own here: the CNI plugins and what the operator configured. A plugin is asked for its version once, until its file changes.</summary>
/// <param name="options">How networks are made.</param>
internal sealed class NetworkFingerprint(NetworkOptions options)
{
    private static readonly string[] OfBridge = ["loopback", "bridge", "host-local", "firewall", "portmap"];
    private static readonly string[] Programs = [NetworkNamespaces.Program, "iptables", "iptables-save", "nsenter"];

    private readonly ConcurrentDictionary<string, (DateTime Written, string Version)> _versions = new(StringComparer.Ordinal);

    /// <summary>Looks now: adds attributes, and tells the networks.</summary>
    public async Task<IReadOnlyList<NodeNetwork>> TakeAsync(SortedDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        var networks = new List<NodeNetwork>();
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux()) return networks;
        var plugins = Plugins();
        foreach (var (name, path) in plugins) attributes[$"plugins.cni.version.{name}"] = await VersionAsync(path, cancellationToken).ConfigureAwait(false);
        if (plugins.Count == 0 || !Array.TrueForAll(Programs, IsInPath)) return networks;
        if (Array.TrueForAll(OfBridge, plugins.ContainsKey))
        {
            attributes["nomad.bridge.hairpin_mode"] = options.BridgeHairpin ? "true" : "false";
            networks.Add(new NodeNetwork("bridge", options.BridgeName, "", options.BridgeSubnet, 0, Alias: options.BridgeName));
        }

        try
        {
            networks.AddRange(CniNetworkFiles.Load(options.CniConfigDir).Keys.Select(name => new NodeNetwork($"cni/{name}", name, "", "", 0, Alias: $"cni/{name}")));
        }
        catch (FormatException e)
        {
            // The operator sees it with the node; the other networks are there all the same.
            attributes["plugins.cni.problem"] = e.Message;
        }

        return networks;
    }

    private SortedDictionary<string, string> Plugins()
    {
        var plugins = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in options.CniPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder)) plugins.TryAdd(Path.GetFileName(file), file);
        }

        return plugins;
    }

    /// <summary>The version that a plugin tells of itself; of one that was built without, the newest version of CNI that it speaks.</summary>
    private async Task<string> VersionAsync(string path, CancellationToken cancellationToken)
    {
        var written = File.GetLastWriteTimeUtc(path);
        if (_versions.TryGetValue(path, out var known) && known.Written == written) return known.Version;
        var version = "unknown";
        try
        {
            var words = (await HostCommand.RunAsync(path, [], cancellationToken, environment: NoCommand).ConfigureAwait(false)).Error.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            version = words.FirstOrDefault(w => w.Length > 1 && w[0] == 'v' && char.IsAsciiDigit(w[1])) ?? "";
            if (version.Length == 0)
            {
                var told = await HostCommand.RunAsync(path, [], cancellationToken, "{}", Ask).ConfigureAwait(false);
                version = (JsonNode.Parse(told.Output)?["supportedVersions"] as JsonArray)?.LastOrDefault()?.GetValue<string>() ?? "unknown";
            }
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException or InvalidOperationException)
        {
            // No plugin, or one that does not answer: it is there, and that is all that is known.
            version = "unknown";
        }

        _versions[path] = (written, version);
        return version;
    }

    private static readonly Dictionary<string, string> NoCommand = new() { ["CNI_COMMAND"] = "" };
    private static readonly Dictionary<string, string> Ask = new() { ["CNI_COMMAND"] = "VERSION" };

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin")
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
