using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job dispatch</c>.</summary>
internal static class JobDispatchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job dispatch",
        "<job> [path]",
        "Launches a child of a parameterized job. The file, or standard input for \"-\", is its payload.",
        [
            DeploymentChange.Detach,
            Output.Verbose,
            Flag.List("meta", "key=value", "Metadata of the child; may be given several times."),
            Flag.Text("idempotency-token", "token", "A dispatch with the token of an earlier one is that one."),
            Flag.Text("id-prefix-template", "text", "What the child's id has after \"dispatch-\"."),
            Flag.Number("priority", "priority", "The child's priority, 1 to 100, if not the job's."),
        ],
        1,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var meta = invocation.Flags.Pairs("meta");
        var payload = invocation.Arguments.Count == 2 ? await ReadAsync(invocation, invocation.Arguments[1]).ConfigureAwait(false) : [];
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("JobID", id);
            if (payload.Length > 0)
                writer.WriteBase64String("Payload", payload);
            writer.WriteStartObject("Meta");
            foreach (var (key, value) in meta)
                writer.WriteString(key, value);
            writer.WriteEndObject();
            if (invocation.Flags.Text("id-prefix-template") is { } prefix)
                writer.WriteString("IdPrefixTemplate", prefix);
            if (invocation.Flags.Number("priority") is { } priority)
                writer.WriteNumber("Priority", priority);
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync(
            $"/v1/job/{Uri.EscapeDataString(id)}/dispatch",
            Body,
            invocation.Cancellation,
            ("namespace", ns),
            ("idempotency_token", invocation.Flags.Text("idempotency-token"))).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync("Dispatched Job ID = " + answer.Body.Text("DispatchedJobID")).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Job \"{id}\" dispatched").ConfigureAwait(false);
    }

    private static async Task<byte[]> ReadAsync(Invocation invocation, string path)
    {
        if (path == "-")
            return System.Text.Encoding.UTF8.GetBytes(await invocation.Cli.In.ReadToEndAsync(invocation.Cancellation).ConfigureAwait(false));
        try
        {
            var length = new FileInfo(path).Length;
            return length <= Contracts.Jobs.DispatchJob.MaxPayload
                ? await File.ReadAllBytesAsync(path, invocation.Cancellation).ConfigureAwait(false)
                : throw new CommandFailedException($"the payload {path} has {length} bytes; at most {Contracts.Jobs.DispatchJob.MaxPayload} are accepted");
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"can't read the payload: {e.Message}", 1, e);
        }
    }
}
