using System.Net;
using Actors.Contracts;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Removes images that were pulled for tasks, a while after the last task that used them is gone.</summary>
/// <param name="engine">The engine.</param>
/// <param name="options">The plugin's options.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageCollector(DockerClient engine, DockerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, HashSet<string>> _users = new(StringComparer.Ordinal);
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    // Held while an image is removed: a task that wants it waits, and then pulls it anew.
    private readonly SemaphoreSlim _removing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A task uses an image from now on.</summary>
    public async Task UseAsync(string image, string task, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_users.TryGetValue(image, out var users)) _users[image] = users = new HashSet<string>(StringComparer.Ordinal);
            users.Add(task);
        }

        await _removing.WaitAsync(cancellationToken).ConfigureAwait(false);
        _removing.Release();
    }

    /// <summary>A task uses an image no longer.</summary>
    public void Release(string image, string task, NodeId node)
    {
        lock (_gate)
        {
            if (!_users.TryGetValue(image, out var users) || !users.Remove(task) || users.Count > 0) return;
            _users.Remove(image);
        }

        Schedule(image, node);
    }

    /// <summary>Remembers, on the image itself, that it was pulled for a node's tasks.</summary>
    public async Task MarkAsync(ImageReference image, NodeId node, CancellationToken cancellationToken)
    {
        if (!options.RemoveImages) return;
        var (repository, tag) = ImageMark.Of(image, node);
        await engine.Images.TagImageAsync(image.ToString(), new ImageTagParameters { RepositoryName = repository, Tag = tag }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks for images that an earlier agent of the node pulled and that no task uses.</summary>
    public async Task SweepAsync(NodeId node, CancellationToken cancellationToken)
    {
        if (!options.RemoveImages) return;
        foreach (var name in (await engine.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken).ConfigureAwait(false)).SelectMany(i => i.RepoTags ?? []))
        {
            if (ImageMark.Read(name, node) is { } image && !InUse(image)) Schedule(image, node);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private bool InUse(string image)
    {
        lock (_gate) return _users.ContainsKey(image);
    }

    private void Schedule(string image, NodeId node)
    {
        if (!options.RemoveImages) return;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested || !_waiting.Add(image)) return;
        }

        _ = CollectAsync(image, node, _stop.Token);
    }

    private async Task CollectAsync(string image, NodeId node, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(options.ImageDelay, time, cancellationToken).ConfigureAwait(false);
            await _removing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!InUse(image)) await RemoveAsync(image, node, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _removing.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or DockerApiException || EngineErrors.IsOutage(e))
        {
            // Still in use by what is not ours, or the engine is away: its mark stays, and a later sweep finds it.
            return;
        }
        finally
        {
            lock (_gate) _waiting.Remove(image);
        }
    }

    /// <summary>Removes an image's name and then its mark: the image goes with its last name. One without a mark is left alone.</summary>
    private async Task RemoveAsync(string image, NodeId node, CancellationToken cancellationToken)
    {
        var (repository, tag) = ImageMark.Of(ImageReference.Parse(image), node);
        if (!await HasAsync($"{repository}:{tag}", cancellationToken).ConfigureAwait(false)) return;
        if (await HasAsync(image, cancellationToken).ConfigureAwait(false))
            await engine.Images.DeleteImageAsync(image, new ImageDeleteParameters(), cancellationToken).ConfigureAwait(false);
        if (await HasAsync($"{repository}:{tag}", cancellationToken).ConfigureAwait(false))
            await engine.Images.DeleteImageAsync($"{repository}:{tag}", new ImageDeleteParameters(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> HasAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Images.InspectImageAsync(name, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
