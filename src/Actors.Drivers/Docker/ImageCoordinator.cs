using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Actors.Drivers.Config;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Sees to it that images are there: one pull for all tasks that want the same image at the same time.</summary>
/// <param name="engine">The engine.</param>
/// <param name="options">The plugin's options.</param>
/// <param name="collector">Told of each image that is used or pulled.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageCoordinator(DockerClient engine, DockerOptions options, ImageCollector collector, TimeProvider time)
{
    // A registry that stumbles is asked again at once; what takes longer is the restart policy's.
    private static readonly TimeSpan[] RetryAfter = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private readonly ConcurrentDictionary<string, Lazy<Task>> _pulls = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes an image available. An image that the engine has is used as it is, whatever its tag, unless <c>force_pull</c>
    /// is set: a registry that is away must not keep a task from starting.
    /// </summary>
    /// <exception cref="DriverException">There is no such image, or it can't be had now.</exception>
    public async Task EnsureAsync(TaskConfig task, ConfigReader config, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var image = ImageReference.Parse(config.Text("image")!);
        await collector.UseAsync(image.ToString(), task.HostName, cancellationToken).ConfigureAwait(false);
        try
        {
            await HaveAsync(task, config, image, events, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            collector.Release(image.ToString(), task.HostName, task.NodeId);
            throw;
        }
    }

    private async Task HaveAsync(TaskConfig task, ConfigReader config, ImageReference image, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (config.Text("load") is { Length: > 0 } archive) await LoadAsync(task, archive, events, cancellationToken).ConfigureAwait(false);
        if (config.Flag("force_pull") != true && await IsThereAsync(image, cancellationToken).ConfigureAwait(false)) return;

        // A helper is another program, and may take its time.
        var auth = await Task.Run(() => RegistryAuth.Find(image, config, options), cancellationToken).ConfigureAwait(false);
        var timeout = Contracts.Jobs.GoDuration.TryParse(config.Text("image_pull_timeout"), out var configured) ? configured : options.ImagePullTimeout;
        var key = $"{image}|{auth?.Username}|{auth?.Auth}";
        var pull = _pulls.GetOrAdd(key, _ => new Lazy<Task>(() => PullAndMarkAsync(image, auth, timeout, task, events)));
        try
        {
            await pull.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DriverException) when (auth is not null && config.Flag("auth_soft_fail") == true)
        {
            await PullAndMarkAsync(image, null, timeout, task, events).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (pull.Value.IsCompleted) _pulls.TryRemove(KeyValuePair.Create(key, pull));
        }
    }

    private Task<bool> IsThereAsync(ImageReference image, CancellationToken cancellationToken) => EngineErrors.AskAsync($"could not look for image {image}", async () =>
    {
        try
        {
            await engine.Images.InspectImageAsync(image.ToString(), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    });

    private async Task LoadAsync(TaskConfig task, string archive, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(archive, task.Paths.Local);
        if (!path.StartsWith(task.Paths.Local + "/", StringComparison.Ordinal)) throw new DriverException($"config.load: \"{archive}\" leaves the task's directory", recoverable: false);
        if (!File.Exists(path)) throw new DriverException($"config.load: there is no file \"{archive}\" in the task's local directory", recoverable: false);
        events.Report(new DriverEvent($"Loading image from {archive}"));
        var problem = "";
        await EngineErrors.AskAsync($"could not load {archive}", async () =>
        {
            await using var stream = File.OpenRead(path);
            await engine.Images.LoadImageAsync(new ImageLoadParameters { Quiet = true }, stream, new Inline<JSONMessage>(m => problem = m.Error?.Message ?? problem), cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (problem.Length > 0) throw new DriverException($"could not load {archive}: {problem}", recoverable: false);
    }

    private async Task PullAndMarkAsync(ImageReference image, AuthConfig? auth, TimeSpan timeout, TaskConfig task, IProgress<DriverEvent> events)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await PullAsync(image, auth, timeout, events).ConfigureAwait(false);
                break;
            }
            catch (DriverException e) when (e.Recoverable && e.InnerException is not OperationCanceledException && attempt < RetryAfter.Length)
            {
                events.Report(new DriverEvent($"{e.Message}; trying again"));
                await Task.Delay(RetryAfter[attempt], time).ConfigureAwait(false);
            }
        }

        await EngineErrors.AskAsync($"could not mark image {image}", () => collector.MarkAsync(image, task.NodeId, CancellationToken.None)).ConfigureAwait(false);
    }

    private async Task PullAsync(ImageReference image, AuthConfig? auth, TimeSpan timeout, IProgress<DriverEvent> events)
    {
        var details = new Dictionary<string, string> { ["image"] = image.ToString() };
        events.Report(new DriverEvent($"Downloading image {image}", details));
        var progress = new PullProgress(image, events, time);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var activity = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        activity.CancelAfter(options.PullActivityTimeout);
        try
        {
            await engine.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = image.Repository, Tag = image.Tag }, auth ?? new AuthConfig(),
                new Inline<JSONMessage>(message =>
                {
                    activity.CancelAfter(options.PullActivityTimeout);
                    progress.Take(message);
                }), activity.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (activity.IsCancellationRequested)
        {
            throw new DriverException(deadline.IsCancellationRequested
                ? $"Failed to pull {image}: it took longer than {timeout.TotalSeconds:0} s (image_pull_timeout)"
                : $"Failed to pull {image}: there was no progress for {options.PullActivityTimeout.TotalSeconds:0} s", recoverable: true, e);
        }
        catch (Exception e) when (e is DockerApiException || EngineErrors.IsOutage(e))
        {
            throw Failed(image, EngineErrors.Message(e), e);
        }

        if (progress.Error is { } error) throw Failed(image, error, null);
        events.Report(new DriverEvent($"Downloaded image {image}", details));
    }

    private static DriverException Failed(ImageReference image, string message, Exception? cause)
    {
        var missing = message.Contains("not found", StringComparison.OrdinalIgnoreCase) || message.Contains("manifest unknown", StringComparison.OrdinalIgnoreCase)
            || message.Contains("does not exist", StringComparison.OrdinalIgnoreCase) || message.Contains("invalid reference", StringComparison.OrdinalIgnoreCase);
        return new DriverException($"Failed to pull {image}: {message}", recoverable: !missing, cause);
    }

    /// <summary>Progress that is taken where it is told, in order; <see cref="Progress{T}"/> would hand it to other threads.</summary>
    private sealed class Inline<T>(Action<T> take) : IProgress<T>
    {
        public void Report(T value) => take(value);
    }
}

/// <summary>The progress of one pull: told now and then, not for every layer's every kilobyte.</summary>
/// <param name="image">The image.</param>
/// <param name="events">Where it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class PullProgress(ImageReference image, IProgress<DriverEvent> events, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (long Current, long Total, bool Done)> _layers = new(StringComparer.Ordinal);
    private long _told = time.GetTimestamp();

    /// <summary>The engine's error, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Takes a message of the engine's.</summary>
    public void Take(JSONMessage message)
    {
        if (message.Error is { } error)
        {
            Error = error.Message;
            return;
        }

        if (string.IsNullOrEmpty(message.ID) || message.Status is null) return;
        var layer = _layers.GetValueOrDefault(message.ID);
        if (message.Status is "Pull complete" or "Already exists") _layers[message.ID] = layer with { Current = layer.Total, Done = true };
        else if (message.Status is "Pulling fs layer" or "Downloading" or "Waiting") _layers[message.ID] = layer with { Current = message.Progress?.Current ?? layer.Current, Total = message.Progress?.Total ?? layer.Total };
        if (_layers.Count == 0 || time.GetElapsedTime(_told) < Interval) return;
        _told = time.GetTimestamp();
        events.Report(new DriverEvent(
            $"Downloading image {image}: {_layers.Values.Count(l => l.Done)} of {_layers.Count} layers, {_layers.Values.Sum(l => l.Current) / 1_000_000} of {_layers.Values.Sum(l => l.Total) / 1_000_000} MB",
            new Dictionary<string, string> { ["image"] = image.ToString() }));
    }
}

/// <summary>Finds the credentials for an image's registry: the task's own, then those of the operator's helper, then those of the operator's file.</summary>
internal static class RegistryAuth
{
    /// <summary>The credentials, or null.</summary>
    /// <exception cref="DriverException">The operator's file can't be read.</exception>
    public static AuthConfig? Find(ImageReference image, ConfigReader config, DockerOptions options)
    {
        var own = config.Blocks("auth", DockerSchema.Auth).FirstOrDefault();
        if (own?.Text("username") is { Length: > 0 } user)
            return new AuthConfig { Username = user, Password = own.Text("password"), ServerAddress = own.Text("server_address") ?? image.Registry };

        return (options.AuthHelper.Length > 0 ? AuthHelper.Ask(options.AuthHelper, image.Registry) : null) ?? FromFile(image, options);
    }

    private static AuthConfig? FromFile(ImageReference image, DockerOptions options)
    {
        if (options.AuthConfigFile.Length == 0) return null;
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllText(options.AuthConfigFile));
            if (Helper(file.RootElement, image.Registry) is { } helper && AuthHelper.Ask(helper, image.Registry) is { } told) return told;
            if (!file.RootElement.TryGetProperty("auths", out var auths)) return null;
            foreach (var entry in auths.EnumerateObject())
            {
                var host = entry.Name.Replace("https://", "", StringComparison.Ordinal).Split('/')[0];
                if (host != image.Registry && !(image.Registry == "docker.io" && host == "index.docker.io")) continue;
                if (!entry.Value.TryGetProperty("auth", out var encoded)) continue;
                var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded.GetString() ?? "")).Split(':', 2);
                if (pair.Length == 2) return new AuthConfig { Username = pair[0], Password = pair[1], ServerAddress = host };
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new DriverException($"docker.auth.config: \"{options.AuthConfigFile}\" can't be read: {e.Message}", recoverable: true, e);
        }
    }

    /// <summary>The program that the file names for a registry, or for all.</summary>
    private static string? Helper(JsonElement file, string registry) =>
        file.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(registry, out var one) ? one.GetString()
        : file.TryGetProperty("credsStore", out var store) ? store.GetString()
        : null;
}
