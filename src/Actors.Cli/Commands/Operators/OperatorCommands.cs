using System.Net.Http.Headers;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Operators;

/// <summary><c>pbm server members</c>.</summary>
internal static class ServerMembersCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "server members",
        "",
        "Lists the servers that the agent knows, and which of them leads.",
        [Output.Verbose, Output.Json, Output.Template, Flag.Switch("detailed", "Show every tag.")],
        0,
        0,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var members = (await api.GetAsync("/v1/agent/members", invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, members))
            return 0;
        var leader = "";
        string? trouble = null;
        try
        {
            leader = (await api.GetAsync("/v1/status/leader", invocation.Cancellation).ConfigureAwait(false)).Body.Show();
        }
        catch (ApiException e)
        {
            trouble = e.Message;
        }

        await invocation.Cli.Out.WriteLineAsync(Table(members, leader, invocation.Flags.IsOn("verbose") || invocation.Flags.IsOn("detailed"))).ConfigureAwait(false);
        if (trouble is not null || leader.Length == 0)
            await invocation.Cli.Error.WriteLineAsync("\nError determining leaders: " + (trouble ?? "there is no leader now")).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The servers in a table.</summary>
    public static string Table(JsonElement members, string leader, bool detailed) => Columns.Table([
        detailed ? ["Name", "Address", "Port", "Status", "Leader", "Tags"] : ["Name", "Address", "Port", "Status", "Leader", "Build", "Datacenter", "Region"],
        .. members.Items("Members").OrderBy(member => member.Text("Name"), StringComparer.Ordinal).Select(member =>
        {
            var tags = member.Child("Tags");
            var rpc = $"{tags?.Text("rpc_addr") switch { { Length: > 0 } own => own, _ => member.Text("Addr") }}:{tags?.Text("port")}";
            string[] row = [member.Text("Name"), member.Text("Addr"), member.Text("Port"), member.Text("Status"), leader.Length > 0 && rpc == leader ? "true" : "false"];
            return detailed
                ? Output.Row([.. row, string.Join(",", member.Members("Tags").Select(tag => $"{tag.Name}={tag.Value.Show()}"))])
                : Output.Row([.. row, tags?.Text("build") ?? "", tags?.Text("dc") ?? "", tags?.Text("region") ?? ""]);
        })]);
}

/// <summary><c>pbm system gc</c>.</summary>
internal static class SystemGcCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "system gc",
        "",
        "Has the servers forget, at once, jobs, evaluations, allocations and nodes that have ended.",
        [],
        0,
        0,
        async invocation =>
        {
            using var api = new ApiClient(invocation);
            _ = await api.PutAsync("/v1/system/gc", "{}"u8.ToArray(), invocation.Cancellation).ConfigureAwait(false);
            return 0;
        });
}

/// <summary><c>pbm operator api</c>.</summary>
internal static class OperatorApiCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "operator api",
        "<path> [body]",
        "Sends a request to the HTTP API, with the same address, region, namespace and token as other commands\nhave, and shows the answer as it is. A body of \"-\", or one that is piped in, comes from standard input.",
        [
            Flag.Text("X", "method", "HTTP's method. Default GET; PUT with a body."),
            Flag.List("H", "header", "A further header, such as 'Accept: text/plain'."),
            Flag.List("filter", "expression", "Only what fulfils this expression."),
            Flag.Switch("verbose", "Show the request line and the answer's headers on standard error."),
        ],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var path = invocation.Arguments[0];
        if (Uri.TryCreate(path, UriKind.Absolute, out var whole) && whole.Scheme is "http" or "https")
            path = whole.PathAndQuery;
        if (!path.StartsWith('/'))
            path = path.StartsWith("v1/", StringComparison.Ordinal) ? "/" + path : "/v1/" + path;
        var body = invocation.Arguments.Count == 2 ? invocation.Arguments[1] : null;
        if (body == "-")
            body = await invocation.Cli.In.ReadToEndAsync(invocation.Cancellation).ConfigureAwait(false);
        var method = new HttpMethod(invocation.Flags.Text("X") ?? (body is null ? "GET" : "PUT"));
        using var request = new HttpRequestMessage(method, api.Url(path, [.. invocation.Flags.List("filter").Select(filter => ("filter", (string?)filter))]));
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        foreach (var header in invocation.Flags.List("H"))
        {
            var colon = header.IndexOf(':');
            if (colon <= 0)
                throw new UsageException($"found header \"{header}\", expected \"Name: value\"");
            request.Headers.TryAddWithoutValidation(header[..colon].Trim(), header[(colon + 1)..].Trim());
        }

        using var response = await api.SendRawAsync(request, invocation.Cancellation).ConfigureAwait(false);
        if (invocation.Flags.IsOn("verbose"))
        {
            await invocation.Cli.Error.WriteLineAsync($"> {method} {request.RequestUri}\n< {(int)response.StatusCode} {response.ReasonPhrase}").ConfigureAwait(false);
            foreach (var header in response.Headers.Concat(response.Content.Headers))
                await invocation.Cli.Error.WriteLineAsync($"< {header.Key}: {string.Join(", ", header.Value)}").ConfigureAwait(false);
        }

        await using var output = new Allocations.PlainOutput(invocation.Cli.Out);
        await using var stream = await response.Content.ReadAsStreamAsync(invocation.Cancellation).ConfigureAwait(false);
        await output.CopyAsync(stream, invocation.Cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return 0;
        await invocation.Cli.Error.WriteLineAsync($"\nUnexpected response code: {(int)response.StatusCode}").ConfigureAwait(false);
        return 1;
    }
}
