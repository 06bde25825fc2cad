using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Client.Networks;

/// <summary>A namespace that a network is added to, or taken from.</summary>
/// <param name="Id">By which plugins know it.</param>
/// <param name="Namespace">Its path; "": it is gone already.</param>
/// <param name="Ports">The ports to map, as CNI's <c>portMappings</c>.</param>
/// <param name="Arguments">The plugins' arguments.</param>
internal sealed record CniAttachment(string Id, string Namespace, JsonArray Ports, IReadOnlyDictionary<string, string> Arguments);

/// <summary>Runs the plugins of CNI networks.</summary>
/// <param name="path">Folders of plugins, separated by ':'.</param>
internal sealed class CniRunner(string path)
{
    private const string Interface = "eth0";

    /// <summary>Connects a namespace to a network.</summary>
    /// <returns>The last plugin's answer.</returns>
    /// <exception cref="IOException">A plugin is missing, or failed.</exception>
    public async Task<JsonNode?> AddAsync(CniNetwork network, CniAttachment to, CancellationToken cancellationToken)
    {
        JsonNode? result = null;
        for (var i = 0; i < network.Plugins.Count; i++)
        {
            var answer = await RunAsync("ADD", network, i, to, result, cancellationToken).ConfigureAwait(false);
            // The loopback's answer is of no use to the others, and is in the way of some.
            if (TypeOf(network, i) != "loopback" || network.Plugins.Count == 1) result = answer;
        }

        return result;
    }

    /// <summary>Takes a namespace from a network. What is not there any more is no failure; every plugin gets its turn.</summary>
    /// <exception cref="IOException">A plugin failed.</exception>
    public async Task DeleteAsync(CniNetwork network, CniAttachment from, JsonNode? result, CancellationToken cancellationToken)
    {
        IOException? failed = null;
        for (var i = network.Plugins.Count - 1; i >= 0; i--)
        {
            if (TypeOf(network, i) == "loopback") continue;
            try
            {
                await RunAsync("DEL", network, i, from, result, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                failed ??= e;
            }
        }

        if (failed is not null) throw failed;
    }

    /// <summary>The path of a plugin, or null.</summary>
    public string? Find(string plugin) => path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, plugin)).FirstOrDefault(File.Exists);

    private static string TypeOf(CniNetwork network, int plugin) => network.Plugins[plugin]["type"]!.GetValue<string>();

    private async Task<JsonNode?> RunAsync(string command, CniNetwork network, int plugin, CniAttachment attachment, JsonNode? previous, CancellationToken cancellationToken)
    {
        var type = TypeOf(network, plugin);
        var program = Find(type) ?? throw new IOException($"there is no CNI plugin \"{type}\" in {path} (Debian has it in containernetworking-plugins)");
        var outcome = await HostCommand.RunAsync(program, [], cancellationToken, network.Request(plugin, attachment.Ports, previous).ToJsonString(), new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = attachment.Id,
            ["CNI_NETNS"] = attachment.Namespace,
            ["CNI_IFNAME"] = type == "loopback" ? "lo" : Interface,
            ["CNI_PATH"] = path,
            ["CNI_ARGS"] = string.Join(';', attachment.Arguments.Select(a => $"{a.Key}={a.Value}").Prepend("IgnoreUnknown=true")),
        }).ConfigureAwait(false);
        if (outcome.ExitCode != 0) throw new IOException($"CNI plugin {type} failed to {(command == "ADD" ? "add" : "delete")} network \"{network.Name}\": {Reason(outcome)}");
        return outcome.Output.AsSpan().Trim().Length == 0 ? null : JsonNode.Parse(outcome.Output);
    }

    /// <summary>A failed plugin tells why as JSON on its output.</summary>
    private static string Reason(CommandOutcome outcome)
    {
        try
        {
            return JsonNode.Parse(outcome.Output) is JsonObject error && error["msg"]?.GetValue<string>() is { Length: > 0 } message
                ? $"{message} {error["details"]?.GetValue<string>()}".Trim()
                : outcome.Error.Trim();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"{outcome.Output} {outcome.Error}".Trim();
        }
    }
}
