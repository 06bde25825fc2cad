using System.Net;
using System.Text.Json;
using Actors.Client.Artifacts;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts;
using Actors.Contracts.Allocations;

namespace Actors.Client.Allocations.Hooks;

/// <summary>Fetches the data of an ended allocation from the machine where it was: through this agent's own API, which finds a server, which holds the other client's stream.</summary>
internal static class DiskTransfer
{
    private const int MaxFailures = 10;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly ArtifactLimits NoLimits = new() { MaxBytes = long.MaxValue, MaxUnpackedBytes = long.MaxValue, MaxFiles = int.MaxValue };
    private static readonly HttpClient Http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Fetches it into a directory; false when it can't be had: its story says so.</summary>
    public static async Task<bool> FetchAsync(AllocationScope scope, AllocationId previous, string directory, CancellationToken cancellationToken)
    {
        var problem = "this agent has no HTTP address";
        for (var failures = 0; failures < MaxFailures && scope.Client.Options.HttpAddress.Length > 0;)
        {
            try
            {
                using var response = await Http.GetAsync(new Uri($"http://{scope.Client.Options.HttpAddress}/v1/client/allocation/{previous}/snapshot"), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                    await new Unpacker(directory, NoLimits, asWritten: true).TarAsync(body, cancellationToken).ConfigureAwait(false);
                    return true;
                }

                problem = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                if (response.StatusCode is HttpStatusCode.NotFound) break;
                // It has not ended yet: however long that takes.
                if (response.StatusCode is not HttpStatusCode.Conflict) failures++;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or ArtifactException or TaskHookException or JsonException)
            {
                problem = e.Message;
                failures++;
            }

            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
            await Task.Delay(Wait, scope.Client.Time, cancellationToken).ConfigureAwait(false);
        }

        scope.Facts.Notes.Add(new TaskEvent(TaskEventTypes.SetupFailure, scope.Client.Time.GetUtcNow(), $"The data of allocation {previous.Short} could not be migrated, and is left behind: {problem}"));
        return false;
    }
}
