using System.Security.Cryptography;
using System.Text;
using Actors.Client.Artifacts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Fetches the task's artifacts before its first run. What is there is not fetched again for a restart.</summary>
internal sealed class ArtifactHook : ITaskHook
{
    private const string DoneFile = "artifacts";
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => "artifacts";

    /// <inheritdoc/>
    public async Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        if (start.Origin.Task.Artifacts.Count == 0) return;
        var doneFile = Path.Combine(start.Paths.Control, DoneFile);
        var done = File.Exists(doneFile) ? (await File.ReadAllLinesAsync(doneFile, cancellationToken).ConfigureAwait(false)).ToHashSet() : [];
        var requests = start.Origin.Task.Artifacts.Select((artifact, i) => (Artifact: artifact, Request: Request(start, artifact, i))).ToList();
        var missing = requests.Where(r => !done.Contains(Key(r.Request))).ToList();
        if (missing.Count == 0) return;

        start.Control.Tell(TaskEventTypes.DownloadingArtifacts, "Client is downloading artifacts");
        Directory.CreateDirectory(start.Paths.Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var fetcher = new ArtifactFetcher(start.Client.Options.Artifacts, start.Client.Time);
        foreach (var (artifact, request) in missing)
        {
            try
            {
                await fetcher.FetchAsync(request, Progress(start, request), cancellationToken).ConfigureAwait(false);
                if (artifact.Chown) TaskOwner.Give(start, request.Destination);
            }
            catch (ArtifactException e)
            {
                throw new TaskHookException(TaskEventTypes.FailedArtifactDownload, $"failed to download artifact \"{Shown(request.Source)}\": {e.Message}", e.Recoverable, e);
            }

            await File.AppendAllLinesAsync(doneFile, [Key(request)], cancellationToken).ConfigureAwait(false);
        }
    }

    private static ArtifactRequest Request(TaskStart start, TaskArtifact artifact, int index) => new(
        start.Replace(artifact.Source),
        [.. artifact.Options.Select(o => KeyValuePair.Create(start.Replace(o.Key), start.Replace(o.Value)))],
        artifact.Headers.ToDictionary(h => start.Replace(h.Key), h => start.Replace(h.Value), StringComparer.OrdinalIgnoreCase),
        artifact.Mode,
        artifact.Insecure ?? false,
        start.Paths.Allocation,
        TaskPlaces.OnHost(start, artifact.Destination.Length > 0 ? start.Replace(artifact.Destination) : "local/", "artifact.destination").TrimEnd('/'),
        Path.Combine(start.Paths.Control, $"artifact-{index}"));

    private static Action<long, long> Progress(TaskStart start, ArtifactRequest request)
    {
        var last = start.Client.Time.GetTimestamp();
        return (bytes, whole) =>
        {
            if (start.Client.Time.GetElapsedTime(last) < ProgressEvery) return;
            last = start.Client.Time.GetTimestamp();
            start.Control.Tell(TaskEventTypes.DownloadingArtifacts, $"{Shown(request.Source)}: {ByteText.Format(bytes)}{(whole > 0 ? $" of {ByteText.Format(whole)}" : "")}");
        };
    }

    /// <summary>The source without its options: they may hold secrets.</summary>
    private static string Shown(string source)
    {
        var text = source.Split('?')[0];
        var user = text.LastIndexOf('@');
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && user > scheme ? text[..(scheme + 3)] + text[(user + 1)..] : text;
    }

    private static string Key(ArtifactRequest request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [request.Source, request.Destination, request.Mode, .. request.Options.Concat(request.Headers).OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")]))));
}
