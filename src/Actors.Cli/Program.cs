using System.Runtime.InteropServices;
using Actors.Cli.Commands;
using Actors.Cli.Terminal;

namespace Actors.Cli;

/// <summary>The entry point of <c>pbm</c>.</summary>
internal static class Program
{
    /// <summary>Runs one command and returns its exit code. Ctrl-C and SIGTERM ask it to end; a second one ends it at once.</summary>
    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Ask(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        return await Pbm.RunAsync(args, CliContext.OfProcess(), stop.Token).ConfigureAwait(false);
    }
}
