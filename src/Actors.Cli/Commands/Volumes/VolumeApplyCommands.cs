using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Http;
using Actors.Cli.Terminal;
using Actors.Contracts.Serialization;
using Actors.Contracts.Volumes;
using Actors.JobSpec;

namespace Actors.Cli.Commands.Volumes;

/// <summary><c>pbm volume create</c> and <c>pbm volume register</c>.</summary>
/// <param name="Verb">The command's last word, and the API's.</param>
/// <param name="Past">What was done, for people.</param>
/// <param name="Help">What it does.</param>
internal sealed record VolumeApplyCommands(string Verb, string Past, string Help)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    /// <summary><c>create</c>.</summary>
    public static readonly VolumeApplyCommands Create = new("create", "Created", "Makes the host volume that a file describes, on the node that it names or on one that fits.\nWith an id, it changes the volume that has it.");

    /// <summary><c>register</c>.</summary>
    public static readonly VolumeApplyCommands Register = new("register", "Registered", "Makes a directory that is on a node already known as the host volume that a file describes:\nit needs node_id and host_path.");

    /// <summary>Makes the command.</summary>
    public Command Make() => new(
        $"volume {Verb}",
        "<file>",
        Help + "\n\"-\" reads the file from standard input.",
        [
            VolumeTypes.Flag,
            Flag.Text("id", "id", "The volume to change, by its id or the beginning of it."),
            Flag.Switch("detach", "Do not wait until the volume is ready."),
            Output.Verbose,
            Output.Json,
            Output.Template,
        ],
        1,
        1,
        RunAsync);

    private async Task<int> RunAsync(Invocation invocation)
    {
        VolumeTypes.Check(invocation);
        var volume = await LoadAsync(invocation).ConfigureAwait(false);
        using var api = new ApiClient(invocation);
        if (invocation.Flags.Text("id") is { } prefix)
        {
            var known = await VolumeLookup.OneAsync(api, prefix, invocation.Cancellation).ConfigureAwait(false);
            volume = volume with { Id = known.Text("ID"), Namespace = known.Text("Namespace") };
        }

        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Volume");
            JsonSerializer.Serialize(writer, volume, ContractsJson.Default.HostVolume);
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync($"/v1/volume/host/{Verb}", Body, invocation.Cancellation).ConfigureAwait(false);
        var made = answer.Body.Child("Volume") ?? throw new CommandFailedException("the agent did not say which volume it made");
        if (!invocation.Flags.IsOn("detach"))
            made = await ReadyAsync(api, made, invocation.Cancellation).ConfigureAwait(false);
        if (Output.TryRaw(invocation, made))
            return 0;
        await invocation.Cli.Out.WriteLineAsync($"{Past} host volume {made.Text("Name")} with ID {made.Text("ID")}").ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync(VolumeView.Whole(invocation, made)).ConfigureAwait(false);
        return made.Text("State") == "unavailable" ? 1 : 0;
    }

    private async Task<HostVolume> LoadAsync(Invocation invocation)
    {
        var path = invocation.Arguments[0];
        var text = await JobSource.ReadAsync(invocation, path).ConfigureAwait(false);
        var parsed = HostVolumeFile.Parse(text, path == "-" ? "stdin" : path);
        var diagnostics = parsed.Diagnostics.ToList();
        if (parsed.Volume is { } volume)
            diagnostics.AddRange(HostVolumeValidator.Validate(volume, registers: this == Register, parsed.Locate));
        await JobSource.ReportAsync(invocation, text, diagnostics).ConfigureAwait(false);
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return errors == 0 && parsed.Volume is not null
            ? parsed.Volume
            : throw new CommandFailedException($"{path} describes no volume that could be: {errors} error{(errors == 1 ? "" : "s")}");
    }

    private static async Task<JsonElement> ReadyAsync(ApiClient api, JsonElement volume, CancellationToken cancellation)
    {
        ulong index = 0;
        while (volume.Text("State") == "pending")
        {
            var answer = await api.GetAfterAsync(VolumeLookup.Path(volume), index, Wait, cancellation, ("namespace", volume.Text("Namespace"))).ConfigureAwait(false);
            (volume, index) = (answer.Body, answer.Index);
        }

        return volume;
    }
}
