using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Actors.Drivers.Plugins;

/// <summary>A command inside a plugin's task.</summary>
internal sealed class PluginExec : IDriverExec
{
    private readonly AsyncDuplexStreamingCall<ExecTaskStreamingRequest, ExecTaskStreamingResponse> _call;
    private readonly Channel<ExecOutput> _output = Channel.CreateBounded<ExecOutput>(16);
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private string? _error;

    private PluginExec(AsyncDuplexStreamingCall<ExecTaskStreamingRequest, ExecTaskStreamingResponse> call)
    {
        _call = call;
        _reading = Task.Run(ReadAllAsync);
    }

    public Task<int> Exited => _exited.Task;

    public static async Task<IDriverExec> StartAsync(PluginConnection plugin, string task, ExecRequest request)
    {
        var exec = new PluginExec(plugin.Driver.ExecTaskStreaming());
        var setup = new ExecTaskStreamingRequest { Setup = new ExecTaskStreamingRequest.Types.Setup { TaskId = task, Tty = request.Tty } };
        setup.Setup.Command.AddRange(request.Command);
        await exec.SendAsync(setup, CancellationToken.None).ConfigureAwait(false);
        await exec.ResizeAsync(request.Columns, request.Rows, CancellationToken.None).ConfigureAwait(false);
        return exec;
    }

    public async IAsyncEnumerable<ExecOutput> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in _output.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return piece;
        // The protocol has no other way to tell why a command could not be run.
        if (_error is { } error) yield return new ExecOutput(true, Encoding.UTF8.GetBytes(error + "\n"));
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await SendAsync(new ExecTaskStreamingRequest { Stdin = new ExecTaskStreamingIOOperation { Data = ByteString.CopyFrom(data.Span) } }, cancellationToken).ConfigureAwait(false);

    public async ValueTask CloseInputAsync(CancellationToken cancellationToken) =>
        await SendAsync(new ExecTaskStreamingRequest { Stdin = new ExecTaskStreamingIOOperation { Close = true } }, cancellationToken).ConfigureAwait(false);

    public async ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken)
    {
        if (columns > 0 && rows > 0)
            await SendAsync(new ExecTaskStreamingRequest { TtySize = new ExecTaskStreamingRequest.Types.TerminalSize { Width = columns, Height = rows } }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // A call that is given up is a command that nobody wants: the plugin ends it.
        _call.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _writing.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(ExecTaskStreamingRequest request, CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) return;
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or ObjectDisposedException)
        {
            // The command has ended.
            return;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        var code = -1;
        try
        {
            await foreach (var message in _call.ResponseStream.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (message.Stdout is { Data.Length: > 0 } output) await _output.Writer.WriteAsync(new ExecOutput(false, output.Data.Memory), _stop.Token).ConfigureAwait(false);
                if (message.Stderr is { Data.Length: > 0 } error) await _output.Writer.WriteAsync(new ExecOutput(true, error.Data.Memory), _stop.Token).ConfigureAwait(false);
                if (message.Exited) code = message.Result?.ExitCode ?? 0;
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            if (e is RpcException rpc && !_stop.IsCancellationRequested) (_error, code) = (rpc.Status.Detail, 127);
        }

        _output.Writer.TryComplete();
        _exited.TrySetResult(code);
    }
}
