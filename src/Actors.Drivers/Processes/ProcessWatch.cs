using Microsoft.Win32.SafeHandles;

namespace Actors.Drivers.Processes;

/// <summary>A descriptor that becomes readable when a process ends, whoever started it (pidfd_open(2), Linux 5.3).</summary>
internal sealed class ProcessWatch : IDisposable
{
    private readonly SafeFileHandle _descriptor;

    public ProcessWatch(int pid) => _descriptor = new SafeFileHandle(Libc.OpenProcess(pid), ownsHandle: true);

    /// <summary>The descriptor; −1: the process has ended, or the kernel is too old.</summary>
    public int Descriptor => _descriptor.IsInvalid || _descriptor.IsClosed ? -1 : (int)_descriptor.DangerousGetHandle();

    public void Dispose() => _descriptor.Dispose();
}

/// <summary>Waits for any of many descriptors, and can be woken from another thread.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SafeFileHandle _event = new(Libc.OpenEvent(), ownsHandle: true);

    /// <summary>Ends the wait that is under way, or the next.</summary>
    public void Set() => _ = Libc.Write(_event, [1, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>Waits until one of the descriptors can be read, it is woken, or the time is up.</summary>
    /// <returns>For each descriptor, whether it can be read. Negative ones never can.</returns>
    public bool[] Wait(int[] descriptors, TimeSpan timeout)
    {
        var readable = Libc.Poll([(int)_event.DangerousGetHandle(), .. descriptors], timeout);
        if (readable[0]) _ = Libc.Read(_event, new byte[8]);
        return readable[1..];
    }

    public void Dispose() => _event.Dispose();
}
