using System.Diagnostics;
using System.Threading.Channels;

namespace Actors.Drivers.Processes;

/// <summary>How a command is started on the host.</summary>
/// <param name="WorkDirectory">Where it starts.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="User">The user to run as; "": the agent's own.</param>
/// <param name="Network">The path of the network namespace that it joins; null: the host's.</param>
internal sealed record HostExecSurroundings(string WorkDirectory, IReadOnlyDictionary<string, string> Environment, string User, string? Network = null);

/// <summary>A command of the host with its streams held here: in a session of its own, with a terminal if that is asked.</summary>
internal sealed class HostExec : IDriverExec
{
    private const int PieceSize = 32 * 1024;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // How long what a command left running may hold up the end of its output.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Pty? _pty;
    private readonly Channel<ExecOutput> _output = Channel.CreateBounded<ExecOutput>(16);
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private HostExec(Process process, Pty? pty)
    {
        (_process, _pty) = (process, pty);
        _ = WaitAsync();
        _reading = pty is null
            ? Task.WhenAll(ReadPipeAsync(process.StandardOutput.BaseStream, false), ReadPipeAsync(process.StandardError.BaseStream, true))
            : Task.Factory.StartNew(ReadTerminal, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = CompleteAsync();
    }

    public Task<int> Exited => _exited.Task;

    /// <summary>Starts a command.</summary>
    /// <exception cref="DriverException">It can't be started.</exception>
    public static HostExec Start(IReadOnlyList<string> command, HostExecSurroundings surroundings, ExecRequest request)
    {
        var pty = request.Tty ? new Pty() : null;
        try
        {
            if (pty is not null && surroundings.User.Length > 0)
            {
                var user = Executables.FindUser(surroundings.User);
                _ = Libc.Chown(pty.Path, user.Id, -1);
            }

            if (request is { Columns: > 0, Rows: > 0 }) pty?.Resize(request.Columns, request.Rows);
            return new HostExec(Spawn(command, surroundings, pty), pty);
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            pty?.Dispose();
            throw new DriverException($"could not run {command[0]}: {e.Message}", recoverable: true, e);
        }
    }

    public IAsyncEnumerable<ExecOutput> ReadAsync(CancellationToken cancellationToken) => _output.Reader.ReadAllAsync(cancellationToken);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) return;
        if (_pty is not null)
        {
            // A terminal takes a few kilobytes that nobody reads, then holds the writer up.
            await Task.Run(() => _pty.Write(data.Span), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            await _process.StandardInput.BaseStream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command closed its input, or ended.
            return;
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        if (_pty is not null) await WriteAsync(Pty.EndOfFile, cancellationToken).ConfigureAwait(false);
        else _process.StandardInput.Close();
    }

    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        if (columns > 0 && rows > 0 && !_exited.Task.IsCompleted) _pty?.Resize(columns, rows);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_exited.Task.IsCompleted)
        {
            // It may not have come to a group of its own yet.
            _ = Libc.Kill(_process.Id, 9);
            _ = Libc.Kill(-_process.Id, 9);
        }

        await _exited.Task.ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pty?.Dispose();
        _process.Dispose();
        _stop.Dispose();
    }

    private static Process Spawn(IReadOnlyList<string> command, HostExecSurroundings surroundings, Pty? pty)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = surroundings.WorkDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The shell only puts the terminal in place and gives way; its id becomes the command's, its session's and its group's.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(pty is null ? "exec \"$0\" \"$@\"" : $"exec \"$0\" \"$@\" <>{pty.Path} >&0 2>&0");
        if (surroundings.Network is { } network)
        {
            foreach (var word in Executables.Enter(network, surroundings.User)) start.ArgumentList.Add(word);
        }

        start.ArgumentList.Add(Executables.Setsid ?? throw new DriverException("the program setsid (util-linux) is not in PATH", recoverable: false));
        if (pty is not null) start.ArgumentList.Add("-c");
        foreach (var argument in Executables.FreshSignals.Concat(command)) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in surroundings.Environment) start.Environment[name] = value;
        if (pty is not null) start.Environment.TryAdd("TERM", "xterm");
        if (surroundings is { User.Length: > 0, Network: null }) start.UserName = surroundings.User;
        return Process.Start(start) ?? throw new DriverException("the operating system started no process", recoverable: true);
    }

    private async Task WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        _pty?.CloseOther();
        _exited.TrySetResult(_process.ExitCode);
    }

    private async Task CompleteAsync()
    {
        await _exited.Task.ConfigureAwait(false);
        await Task.WhenAny(_reading, Task.Delay(Linger)).ConfigureAwait(false);
        // Readers that still wait for what the command left running are not waited for; who reads slowly still gets everything.
        while (!_reading.IsCompleted && _output.Reader.Count > 0) await Task.Delay(Look).ConfigureAwait(false);
        _output.Writer.TryComplete();
    }

    private async Task ReadPipeAsync(Stream pipe, bool isError)
    {
        try
        {
            var buffer = new byte[PieceSize];
            int read;
            while ((read = await pipe.ReadAsync(buffer, _stop.Token).ConfigureAwait(false)) > 0)
                await _output.Writer.WriteAsync(new ExecOutput(isError, buffer.AsMemory(0, read).ToArray()), _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException or IOException or ObjectDisposedException)
        {
            // Nobody wants the rest.
            return;
        }
    }

    private void ReadTerminal()
    {
        var buffer = new byte[PieceSize];
        while (!_stop.IsCancellationRequested)
        {
            if (_pty!.Read(buffer, Look) is not { } piece) continue;
            if (piece.Length == 0) return;
            while (!_output.Writer.TryWrite(new ExecOutput(false, piece)))
            {
                if (_stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5)) || _output.Reader.Completion.IsCompleted) return;
            }
        }
    }
}
