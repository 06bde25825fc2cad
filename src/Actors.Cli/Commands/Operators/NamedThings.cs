using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Operators;

/// <summary><c>pbm namespace …</c> and <c>pbm node pool …</c>: things with a name, a description and metadata.</summary>
/// <param name="Command">The commands' first words.</param>
/// <param name="Word">What such a thing is called.</param>
/// <param name="List">The API's list.</param>
/// <param name="One">The API's path of one, before its name.</param>
internal sealed record NamedThings(string Command, string Word, string List, string One)
{
    /// <summary>Namespaces.</summary>
    public static readonly NamedThings Namespaces = new("namespace", "Namespace", "/v1/namespaces", "/v1/namespace/");

    /// <summary>Node pools.</summary>
    public static readonly NamedThings NodePools = new("node pool", "Node pool", "/v1/node/pools", "/v1/node/pool/");

    /// <summary><c>list</c>.</summary>
    public Command MakeList() => new(Command + " list", "", $"Lists the {Command}s.", [Output.Json, Output.Template], 0, 0, ListAsync);

    /// <summary><c>status</c>, <c>inspect</c>, <c>info</c>.</summary>
    /// <param name="verb">The command's last word.</param>
    public Command MakeStatus(string verb) => new($"{Command} {verb}", "<name>", $"Shows a {Command}.", [Output.Json, Output.Template], 1, 1, invocation => ShowAsync(invocation, verb == "inspect"));

    /// <summary><c>apply</c>.</summary>
    public Command MakeApply() => new(
        Command + " apply",
        "<name>",
        $"Makes a {Command}, or changes its description and metadata.",
        [Flag.Text("description", "text", "For people."), Flag.List("meta", "key=value", "Metadata; may be given several times.")],
        1,
        1,
        ApplyAsync);

    /// <summary><c>delete</c>.</summary>
    public Command MakeDelete() => new(Command + " delete", "<name>", $"Removes a {Command} that nothing uses.", [], 1, 1, DeleteAsync);

    private async Task<int> ListAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var all = (await api.GetAsync(List, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (!Output.TryRaw(invocation, all))
            await invocation.Cli.Out.WriteLineAsync(Columns.Table([["Name", "Description"], .. all.EnumerateArray().Select(one => Output.Row(one.Text("Name"), one.Text("Description")))])).ConfigureAwait(false);
        return 0;
    }

    private async Task<int> ShowAsync(Invocation invocation, bool whole)
    {
        using var api = new ApiClient(invocation);
        var one = (await api.GetAsync(One + Uri.EscapeDataString(invocation.Arguments[0]), invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, one))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(whole
            ? one.Indented()
            : Columns.Pairs([
                ("Name", one.Text("Name")),
                ("Description", one.Text("Description")),
                .. Capabilities(one),
                .. one.Members("Meta").Select(meta => ($"Meta {meta.Name}", meta.Value.Show())),
            ])).ConfigureAwait(false);
        return 0;
    }

    private static IEnumerable<(string, string)> Capabilities(JsonElement one) => one.Child("Capabilities") is not { } may
        ? []
        : new[] { "EnabledTaskDrivers", "DisabledTaskDrivers", "EnabledNetworkModes", "DisabledNetworkModes" }
            .Select(name => (name, string.Join(", ", may.Items(name).Select(item => item.Show()))))
            .Where(pair => pair.Item2.Length > 0);

    private async Task<int> ApplyAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var name = invocation.Arguments[0];
        var known = (await api.GetAsync(List, invocation.Cancellation, ("prefix", name)).ConfigureAwait(false)).Body.EnumerateArray().FirstOrDefault(one => one.Text("Name") == name);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("Name", name);
            writer.WriteString("Description", invocation.Flags.Text("description") ?? (known.ValueKind == JsonValueKind.Object ? known.Text("Description") : ""));
            if (known.ValueKind == JsonValueKind.Object && known.Child("Capabilities") is { } capabilities)
            {
                writer.WritePropertyName("Capabilities");
                capabilities.WriteTo(writer);
            }

            writer.WriteStartObject("Meta");
            foreach (var (key, value) in invocation.Flags.Pairs("meta"))
                writer.WriteString(key, value);

            if (!invocation.Flags.Has("meta") && known.ValueKind == JsonValueKind.Object)
            {
                foreach (var meta in known.Members("Meta"))
                    writer.WriteString(meta.Name, meta.Value.Show());
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        await api.PutAsync(One + Uri.EscapeDataString(name), Body, invocation.Cancellation).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Successfully applied {Word.ToLowerInvariant()} \"{name}\"!").ConfigureAwait(false);
        return 0;
    }

    private async Task<int> DeleteAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        await api.DeleteAsync(One + Uri.EscapeDataString(invocation.Arguments[0]), invocation.Cancellation).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Successfully deleted {Word.ToLowerInvariant()} \"{invocation.Arguments[0]}\"!").ConfigureAwait(false);
        return 0;
    }
}
