using Actors.Client.Artifacts;
using Actors.Contracts.Allocations;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Writes what a dispatch brought along into the file where the task wants it, beneath its local directory.</summary>
internal sealed class PayloadHook : ITaskHook
{
    /// <inheritdoc/>
    public string Name => "dispatch_payload";

    /// <inheritdoc/>
    public async Task PrestartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        if (start.Origin.Task.DispatchPayload is not { File.Length: > 0 } wanted || start.Origin.Job.Payload is not { Length: > 0 } payload) return;
        try
        {
            var path = SafePaths.Inside(start.Paths.Local, start.Replace(wanted.File));
            SafePaths.MakeDirectory(start.Paths.Local, Path.GetDirectoryName(path)!);
            if (new FileInfo(path) is { LinkTarget: not null }) File.Delete(path);
            await File.WriteAllBytesAsync(path, Convert.FromBase64String(payload), cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactException e)
        {
            throw new TaskHookException(TaskEventTypes.SetupFailure, $"dispatch_payload.file: {e.Message}", recoverable: false, e);
        }
        catch (FormatException e)
        {
            throw new TaskHookException(TaskEventTypes.SetupFailure, $"the payload of the dispatch is not base64: {e.Message}", recoverable: false, e);
        }
    }
}
