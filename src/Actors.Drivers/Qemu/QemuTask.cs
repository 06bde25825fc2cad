using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Actors.Drivers.RawExec;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Qemu;

/// <summary>A virtual machine.</summary>
internal sealed class QemuTask(TaskConfig task, SupervisedProcess process, SupervisionWatch watch, TimeProvider time, bool graceful)
    : RawExecTask(QemuDriver.DriverName, task, process, watch, time)
{
    /// <summary>The monitor's socket, in the machine's working directory.</summary>
    public const string Monitor = "qemu-monitor.sock";

    /// <summary>The socket of the guest's agent.</summary>
    public const string Agent = "qemu-guest.sock";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Presses the machine's power button where that was asked for; else ends QEMU by signal.</summary>
    protected override async Task AskToEndAsync(int signal, CancellationToken cancellationToken)
    {
        if (!graceful || !await PressPowerAsync(cancellationToken).ConfigureAwait(false)) await base.AskToEndAsync(signal, cancellationToken).ConfigureAwait(false);
    }

    protected override IDriverExec Exec(ExecRequest request) => throw new DriverException("commands can't be run inside virtual machines", recoverable: false);

    /// <summary>False when the monitor does not take it.</summary>
    private async Task<bool> PressPowerAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerWithin);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            // By way of the process's working directory: the true path may be too long for a socket's.
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Process.Pid}/cwd/{Monitor}");
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            // QEMU's machine protocol: a greeting, the negotiation, then commands, each answered by a line with "return".
            await reader.ReadLineAsync(deadline.Token).ConfigureAwait(false);
            return await AskAsync(stream, reader, "qmp_capabilities", deadline.Token).ConfigureAwait(false)
                && await AskAsync(stream, reader, "system_powerdown", deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<bool> AskAsync(Stream stream, StreamReader reader, string command, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"execute":"{{command}}"}""" + "\n"), cancellationToken).ConfigureAwait(false);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Contains("\"return\"", StringComparison.Ordinal)) return true;
            if (line.Contains("\"error\"", StringComparison.Ordinal)) return false;
        }

        return false;
    }
}
