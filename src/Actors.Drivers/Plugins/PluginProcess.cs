using System.Diagnostics;
using System.Text.Json;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Plugins;

/// <summary>
/// A plugin's process, which shook hands. It is remembered in a file: a plugin outlives an agent that is killed, and the
/// next agent ends it before it starts its own. Its tasks run on meanwhile, and the new one is given them.
/// </summary>
internal sealed class PluginProcess : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LastWordsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KilledWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private const int Sigkill = 9;
    private const int RememberedLines = 3;

    private readonly Process _process;
    private readonly string _sockets;
    private readonly Queue<string> _said = new();
    private readonly Task _listening;

    private PluginProcess(Process process, string sockets)
    {
        (_process, _sockets) = (process, sockets);
        Ended = process.WaitForExitAsync();
        _listening = ListenAsync(new BoundedLines(process.StandardError), CancellationToken.None);
    }

    /// <summary>Where it listens.</summary>
    public Handshake Handshake { get; private set; } = new("", "");

    /// <summary>Completes when it has ended.</summary>
    public Task Ended { get; }

    /// <summary>The last that it wrote of itself; "": nothing.</summary>
    public string LastWords
    {
        get
        {
            lock (_said) return _said.Count == 0 ? "" : $"; it wrote: {string.Join(" / ", _said)}";
        }
    }

    /// <summary>Starts a plugin and shakes hands with it.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="file">Where it is remembered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="FormatException">It is not a driver plugin; says why.</exception>
    /// <exception cref="IOException">It can't be started.</exception>
    public static async Task<PluginProcess> StartAsync(string path, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        await EndEarlierAsync(file).ConfigureAwait(false);
        var sockets = Directory.CreateTempSubdirectory("plugin-").FullName;
        var plugin = new PluginProcess(Spawn(path, sockets), sockets);
        try
        {
            Remembered.Of(plugin._process.Id, sockets)?.Write(file);
            plugin.Handshake = await plugin.ShakeAsync(time, cancellationToken).ConfigureAwait(false);
            return plugin;
        }
        catch (Exception e)
        {
            // A program that is no plugin may have started others, none of which can be a task.
            _ = Libc.Kill(-plugin._process.Id, Sigkill);
            await Task.WhenAny(plugin._listening, Task.Delay(LastWordsWithin, CancellationToken.None)).ConfigureAwait(false);
            await plugin.DisposeAsync().ConfigureAwait(false);
            if (e is FormatException) throw new FormatException(e.Message + plugin.LastWords, e);
            throw;
        }
    }

    /// <summary>Ends the plugin that an earlier agent left, if it runs.</summary>
    /// <param name="file">Where it is remembered.</param>
    public static async Task EndEarlierAsync(string file)
    {
        if (Remembered.Read(file) is not { } earlier) return;
        var began = Stopwatch.GetTimestamp();
        while (earlier.Boot == ProcessTable.BootId && ProcessTable.IsAlive(earlier.Pid, earlier.StartTicks) && Stopwatch.GetElapsedTime(began) < KilledWithin)
        {
            _ = Libc.Kill(earlier.Pid, Sigkill);
            await Task.Delay(Look).ConfigureAwait(false);
        }

        if (Directory.Exists(earlier.Sockets)) Directory.Delete(earlier.Sockets, recursive: true);
        File.Delete(file);
    }

    /// <summary>Keeps something that it said.</summary>
    public void Hear(string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_said)
        {
            _said.Enqueue(line.Trim());
            if (_said.Count > RememberedLines) _said.Dequeue();
        }
    }

    /// <summary>Ends it, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await Ended.ConfigureAwait(false);
        _process.Dispose();
        if (Directory.Exists(_sockets)) Directory.Delete(_sockets, recursive: true);
    }

    private static Process Spawn(string path, string sockets)
    {
        // In a session of its own: what is typed at the agent's terminal is not for it.
        var start = new ProcessStartInfo(Executables.Setsid ?? throw new IOException("the program setsid (util-linux) is not in PATH"), [path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Handshake.CookieName] = Handshake.CookieValue;
        start.Environment[Handshake.VersionsName] = string.Join(',', Handshake.Versions);
        start.Environment[Handshake.SocketDirectoryName] = sockets;
        start.Environment["PLUGIN_MIN_PORT"] = Handshake.MinPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PLUGIN_MAX_PORT"] = Handshake.MaxPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new IOException("the operating system started no process");
    }

    private async Task<Handshake> ShakeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(HandshakeWithin, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var output = new BoundedLines(_process.StandardOutput);
            if (await output.NextAsync(deadline.Token).ConfigureAwait(false) is not { } line)
            {
                await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
                throw new FormatException($"expected a plugin's handshake, but it ended with code {_process.ExitCode}");
            }

            var handshake = Handshake.Parse(line);
            // Nothing more is expected there, but a full pipe would hold the plugin up.
            _ = ListenAsync(output, CancellationToken.None);
            return handshake;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FormatException($"expected a plugin's handshake within {HandshakeWithin.TotalSeconds:0} s, found nothing", e);
        }
    }

    private async Task ListenAsync(BoundedLines lines, CancellationToken cancellationToken)
    {
        try
        {
            while (await lines.NextAsync(cancellationToken).ConfigureAwait(false) is { } line) Hear(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was let go of.
            return;
        }
    }

    /// <summary>What is kept of a plugin's process.</summary>
    /// <param name="Pid">Its id.</param>
    /// <param name="StartTicks">When it started: with the id, it is the one that was meant.</param>
    /// <param name="Boot">The run of the machine that the two belong to.</param>
    /// <param name="Sockets">The directory that was made for its socket.</param>
    internal sealed record Remembered(int Pid, long StartTicks, string Boot, string Sockets)
    {
        public static Remembered? Of(int pid, string sockets) =>
            ProcessTable.Find(pid) is { } stat ? new Remembered(pid, stat.StartTicks, ProcessTable.BootId, sockets) : null;

        public static Remembered? Read(string file)
        {
            try
            {
                return File.Exists(file) ? JsonSerializer.Deserialize<Remembered>(File.ReadAllText(file)) : null;
            }
            catch (JsonException)
            {
                // The machine stopped while it was written: then the process is gone too.
                return null;
            }
        }

        public void Write(string file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, JsonSerializer.Serialize(this));
        }
    }
}
