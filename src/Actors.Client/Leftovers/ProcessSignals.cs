using System.Runtime.InteropServices;

namespace Actors.Client.Leftovers;

/// <summary>Sends signals to processes that are not this one's children.</summary>
internal static partial class ProcessSignals
{
    /// <summary>Sends a signal; one to a process that has ended goes nowhere.</summary>
    public static void Send(int pid, int signal) => _ = Kill(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
