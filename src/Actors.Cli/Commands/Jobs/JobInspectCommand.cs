using System.Net;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;
using Actors.Contracts.Jobs;
using Actors.JobSpec;
using Actors.Templates;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job inspect</c>.</summary>
internal static class JobInspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job inspect",
        "<job>",
        "Shows a job as the servers have it, as JSON that job run -json takes.",
        [Flag.Number("version", "version", "This version instead of the current one."), Flag.Switch("hcl", "As a job file in HCL instead: the file that it was made from, where the servers have it."), Output.Json, Output.Template],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var path = "/v1/job/" + Uri.EscapeDataString(id);
        JsonElement job;
        if (invocation.Flags.Number("version") is { } version)
        {
            var versions = (await api.GetAsync(path + "/versions", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
            var all = versions.Items("Versions").ToList();
            job = all.Find(candidate => candidate.Number("Version") == version);
            if (job.ValueKind == JsonValueKind.Undefined)
                throw new CommandFailedException($"job \"{id}\" has no version {version}; there are: {string.Join(", ", all.Select(candidate => candidate.Number("Version")))}");
        }
        else
        {
            job = (await api.GetAsync(path, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        }

        if (invocation.Flags.IsOn("hcl"))
        {
            if (invocation.Flags.Text("t") is not null || invocation.Flags.IsOn("json"))
                throw new UsageException("-hcl goes neither with -json nor with -t");
            if (await SourceAsync(api, path, ns, job, invocation.Cancellation).ConfigureAwait(false) is { } source)
            {
                await invocation.Cli.Out.WriteAsync(source).ConfigureAwait(false);
                return 0;
            }

            var read = job.Deserialize(JobJson.Default.Job) ?? throw new CommandFailedException($"the answer has no job \"{id}\"");
            await invocation.Cli.Out.WriteAsync(JobHcl.Write(read)).ConfigureAwait(false);
            return 0;
        }

        await invocation.Cli.Out.WriteLineAsync(invocation.Flags.Text("t") is { } template
            ? GoTemplate.Parse(template).Render(job)
            : Wrapped(job).Indented()).ConfigureAwait(false);
        return 0;
    }

    // Null: the version was not made from a text, or not from one in HCL.
    private static async Task<string?> SourceAsync(ApiClient api, string path, string ns, JsonElement job, CancellationToken cancellation)
    {
        try
        {
            var submission = (await api.GetAsync(path + "/submission", cancellation, ("namespace", ns), ("version", job.Text("Version"))).ConfigureAwait(false)).Body;
            return submission.Text("Format") == "hcl2" ? submission.Text("Source") : null;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    // {"Job": …}, as registering takes it.
    private static JsonElement Wrapped(JsonElement job)
    {
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Job");
            job.WriteTo(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(JsonText.Write(Body));
        return document.RootElement.Clone();
    }
}
