using System.Diagnostics;
using System.Globalization;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Plugins;

/// <summary>
/// A plugin's process, which shook hands. It is remembered in a file: a plugin outlives an agent that is killed, and the
/// next agent attaches to it, or ends it before it starts its own.
/// </summary>
internal sealed class PluginProcess : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan KilledWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookAtAttached = TimeSpan.FromMilliseconds(100);
    private const int Sigkill = 9;

    private readonly Process? _started;
    private readonly PluginFile _file;
    private readonly PluginLog _log;

    private PluginProcess(Process? started, PluginFile file, PluginLog log, TimeProvider time)
    {
        (_started, _file, _log) = (started, file, log);
        Ended = started is null ? WaitAsync(file, time) : started.WaitForExitAsync();
        _ = log.KeepShortAsync(Ended, time);
    }

    /// <summary>Where it listens.</summary>
    public Handshake Handshake { get; private set; } = new("", "");

    /// <summary>An agent before this one started it, and told it its configuration.</summary>
    public bool IsAttached => _started is null;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended { get; }

    /// <summary>It has ended, even when nobody was told yet.</summary>
    public bool HasEnded => Ended.IsCompleted || !_file.IsAlive;

    /// <summary>The last that it wrote of itself; "": nothing.</summary>
    public string LastWords => _log.LastWords;

    /// <summary>Attaches to the plugin that an earlier agent left, when it is the same program with the same configuration; else null.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="place">Where it is remembered.</param>
    /// <param name="configuration">Names its configuration.</param>
    /// <param name="time">The clock.</param>
    public static PluginProcess? Attach(string path, PluginPlace place, string configuration, TimeProvider time) =>
        PluginFile.Read(place.File) is { Address.Length: > 0 } file && file.IsAlive && file.Program == PluginFile.VersionOf(path) && file.Configuration == configuration
            ? new PluginProcess(null, file, new PluginLog(place.Log), time) { Handshake = new Handshake(file.Network, file.Address) }
            : null;

    /// <summary>Starts a plugin and shakes hands with it.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="place">Where it is remembered.</param>
    /// <param name="keys">What the operator set for it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="FormatException">It is not a driver plugin; says why.</exception>
    /// <exception cref="IOException">It can't be started.</exception>
    public static async Task<PluginProcess> StartAsync(string path, PluginPlace place, PluginKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        await EndEarlierAsync(place.File).ConfigureAwait(false);
        var log = PluginLog.Begin(place.Log);
        var sockets = Directory.CreateTempSubdirectory("plugin-").FullName;
        var process = Spawn([path, .. keys.Args], sockets, place.Log);
        var plugin = new PluginProcess(process, PluginFile.Of(process.Id, path, keys.Fingerprint, sockets), log, time);
        try
        {
            plugin._file.Write(place.File);
            plugin.Handshake = await plugin.ShakeAsync(process, time, cancellationToken).ConfigureAwait(false);
            (plugin._file with { Network = plugin.Handshake.Network, Address = plugin.Handshake.Address }).Write(place.File);
            return plugin;
        }
        catch (Exception e)
        {
            // A program that is no plugin may have started others, none of which can be a task.
            _ = Libc.Kill(-process.Id, Sigkill);
            await plugin.DisposeAsync().ConfigureAwait(false);
            if (e is FormatException) throw new FormatException(e.Message + plugin.LastWords, e);
            throw;
        }
    }

    /// <summary>Ends the plugin that an earlier agent left, if it runs.</summary>
    /// <param name="path">The file that remembers it.</param>
    public static async Task EndEarlierAsync(string path)
    {
        if (PluginFile.Read(path) is not { } earlier) return;
        await earlier.KillAsync(KilledWithin, Look).ConfigureAwait(false);
        earlier.RemoveSockets();
        File.Delete(path);
    }

    /// <summary>Keeps something that it said through its calls.</summary>
    public void Hear(string text) => _log.Append(text);

    /// <summary>Ends it, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _file.KillAsync(KilledWithin, Look).ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _started?.Dispose();
        _file.RemoveSockets();
    }

    private static Process Spawn(IReadOnlyList<string> command, string sockets, string log)
    {
        // In a session of its own: what is typed at the agent's terminal is not for it. Its stderr is a file, for it may go on when this agent has ended.
        var setsid = Executables.Setsid ?? throw new IOException("the program setsid (util-linux) is not in PATH");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$0\" \"$@\" 2>>\"$log\"", setsid, log, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Handshake.CookieName] = Handshake.CookieValue;
        start.Environment[Handshake.VersionsName] = string.Join(',', Handshake.Versions);
        start.Environment[Handshake.SocketDirectoryName] = sockets;
        start.Environment["PLUGIN_MIN_PORT"] = Handshake.MinPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["PLUGIN_MAX_PORT"] = Handshake.MaxPort.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new IOException("the operating system started no process");
    }

    private static async Task WaitAsync(PluginFile file, TimeProvider time)
    {
        // Nobody's child any more, or another's: it is looked for.
        while (file.IsAlive) await Task.Delay(LookAtAttached, time).ConfigureAwait(false);
    }

    private static async Task DrainAsync(BoundedLines lines)
    {
        try
        {
            // Nothing more is expected there, but a full pipe would hold the plugin up.
            while (await lines.NextAsync(CancellationToken.None).ConfigureAwait(false) is not null) continue;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was let go of.
            return;
        }
    }

    private async Task<Handshake> ShakeAsync(Process process, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(HandshakeWithin, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var output = new BoundedLines(process.StandardOutput);
            if (await output.NextAsync(deadline.Token).ConfigureAwait(false) is not { } line)
            {
                await Ended.WaitAsync(deadline.Token).ConfigureAwait(false);
                throw new FormatException($"expected a plugin's handshake, but it ended with code {process.ExitCode}");
            }

            var handshake = Handshake.Parse(line);
            _ = DrainAsync(output);
            return handshake;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FormatException($"expected a plugin's handshake within {HandshakeWithin.TotalSeconds:0} s, found nothing", e);
        }
    }
}
