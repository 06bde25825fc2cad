using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Allocations;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Petabridge;

/// <summary>
/// The grammar of Petabridge.Cmd: <c>pbm host:port cluster show</c> has the server there carry out <c>cluster show</c>;
/// <c>pbm host:port</c> alone opens a prompt.
/// </summary>
internal static class PetabridgeCommand
{
    /// <summary>Does a first word name a server, rather than a command?</summary>
    public static bool Addresses(string word) =>
        word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal)
        || (word.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(word.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture, out _));

    /// <summary>Carries out the command line, or opens the prompt.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext cli, CancellationToken cancellation)
    {
        using var api = new ApiClient(args[0], token: cli.Variable("NOMAD_TOKEN") is { Length: > 0 } token ? token : null);
        return args.Count > 1
            ? await ExecuteAsync(api, string.Join(' ', args.Skip(1)), cli, cancellation).ConfigureAwait(false)
            : await new PetabridgePrompt(api, cli).RunAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Has the server carry out a command line, and shows its lines as they come.</summary>
    /// <exception cref="ApiException">The server refused it; the message says why.</exception>
    public static async Task<int> ExecuteAsync(ApiClient api, string commandLine, CliContext cli, CancellationToken cancellation)
    {
        var body = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Command", commandLine);
            writer.WriteEndObject();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/operator/cmd")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };
        using var response = await api.SendRawAsync(request, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new CommandFailedException((await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)).Trim() is { Length: > 0 } why ? why : $"the server answered {(int)response.StatusCode}");
        await using var output = new PlainOutput(cli.Out);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await output.CopyAsync(stream, cancellation).ConfigureAwait(false);
        return 0;
    }
}
