using System.Net;
using System.Threading.Channels;
using Actors.Drivers.Processes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>A command that runs inside a container.</summary>
internal sealed class ContainerExec : IDriverExec
{
    private const int PieceSize = 32 * 1024;
    private static readonly TimeSpan EndTold = TimeSpan.FromSeconds(5);

    // What shells use for a command that can't be run.
    private const int CannotRun = 126;

    private readonly DockerClient _engine;
    private readonly string _id;
    private readonly bool _tty;
    private readonly MultiplexedStream _stream;
    private readonly TimeProvider _time;
    private readonly Channel<ExecOutput> _output = Channel.CreateBounded<ExecOutput>(16);
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private ContainerExec(DockerClient engine, string id, bool tty, MultiplexedStream stream, TimeProvider time)
    {
        (_engine, _id, _tty, _stream, _time) = (engine, id, tty, stream, time);
        _reading = Task.Run(ReadAllAsync);
    }

    public Task<int> Exited => _exited.Task;

    /// <summary>Starts a command in a running container.</summary>
    public static Task<IDriverExec> StartAsync(DockerClient engine, string container, ExecRequest request, TimeProvider time, CancellationToken cancellationToken) =>
        EngineErrors.AskAsync<IDriverExec>($"could not run {request.Command[0]} in container {container[..12]}", async () =>
        {
            var created = await engine.Exec.CreateContainerExecAsync(
                container,
                new ContainerExecCreateParameters { Cmd = [.. request.Command], AttachStdin = true, AttachStdout = true, AttachStderr = true, TTY = request.Tty },
                cancellationToken).ConfigureAwait(false);
            var stream = await engine.Exec.StartContainerExecAsync(created.ID, new ContainerExecStartParameters { TTY = request.Tty }, cancellationToken).ConfigureAwait(false);
            var exec = new ContainerExec(engine, created.ID, request.Tty, stream, time);
            if (request is { Columns: > 0, Rows: > 0 }) await exec.ResizeAsync(request.Columns, request.Rows, cancellationToken).ConfigureAwait(false);
            return exec;
        });

    public IAsyncEnumerable<ExecOutput> ReadAsync(CancellationToken cancellationToken) => _output.Reader.ReadAllAsync(cancellationToken);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(data.ToArray(), 0, data.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The command has ended: nobody is there to read it.
            return;
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        if (_tty) await WriteAsync(Pty.EndOfFile, cancellationToken).ConfigureAwait(false);
        else if (!_exited.Task.IsCompleted) _stream.CloseWrite();
    }

    public async ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        if (!_tty || columns < 1 || rows < 1) return;
        try
        {
            await _engine.Exec.ResizeExecTtyAsync(_id, new ContainerResizeParameters { Width = columns, Height = rows }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerApiException || EngineErrors.IsOutage(e))
        {
            // A command that has ended, or is not quite there yet, has no terminal to resize.
            return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_exited.Task.IsCompleted) await KillAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stream.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAllAsync()
    {
        try
        {
            var buffer = new byte[PieceSize];
            while (true)
            {
                var read = await _stream.ReadOutputAsync(buffer, 0, buffer.Length, _stop.Token).ConfigureAwait(false);
                if (read.EOF) break;
                await _output.Writer.WriteAsync(new ExecOutput(read.Target == MultiplexedStream.TargetStream.StandardError, buffer.AsMemory(0, read.Count).ToArray()), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The engine went away, or nobody wants the output any more: the command's end is looked up all the same.
            _output.Writer.TryComplete();
        }

        _output.Writer.TryComplete();
        _exited.TrySetResult(await ExitCodeAsync().ConfigureAwait(false));
    }

    private async Task<int> ExitCodeAsync()
    {
        try
        {
            var began = _time.GetTimestamp();
            while (true)
            {
                var inspected = await _engine.Exec.InspectContainerExecAsync(_id, CancellationToken.None).ConfigureAwait(false);
                if (!inspected.Running) return (int)(inspected.ExitCode ?? CannotRun);
                if (_stop.IsCancellationRequested || _time.GetElapsedTime(began) > EndTold) return -1;
                await Task.Delay(TimeSpan.FromMilliseconds(5), _time).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is DockerApiException or OperationCanceledException || EngineErrors.IsOutage(e))
        {
            return e is DockerApiException { StatusCode: HttpStatusCode.NotFound } ? 137 : -1;
        }
    }

    /// <summary>The engine has no call to end a command: its process is ended on the host, where the engine is on this host.</summary>
    private async Task KillAsync()
    {
        try
        {
            var began = _time.GetTimestamp();
            var inspected = await _engine.Exec.InspectContainerExecAsync(_id, CancellationToken.None).ConfigureAwait(false);
            while (inspected is { Running: true, Pid: 0 } && _time.GetElapsedTime(began) < EndTold)
            {
                // It is being started, and runs before the engine knows its process.
                await Task.Delay(TimeSpan.FromMilliseconds(5), _time).ConfigureAwait(false);
                inspected = await _engine.Exec.InspectContainerExecAsync(_id, CancellationToken.None).ConfigureAwait(false);
            }

            if (inspected is { Running: true, Pid: > 1 } && ProcessTable.IsInGroup((int)inspected.Pid, inspected.ContainerID)) Libc.Kill((int)inspected.Pid, 9);
        }
        catch (Exception e) when (e is DockerApiException || EngineErrors.IsOutage(e))
        {
            // Gone with its container, or not to be reached: then there is nothing to kill from here.
            return;
        }
    }
}
