using Actors.Client.Hosting;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Jobs;
using Actors.Drivers;

namespace Actors.Client.Tasks;

/// <summary>What is done to a running task: takes time, and some of it must be tried until it is done.</summary>
internal static class RunEnding
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(15);

    // A kill takes some milliseconds; an engine under load, some seconds. A driver that takes longer hangs, and is asked anew.
    private static readonly TimeSpan KillWithin = TimeSpan.FromSeconds(30);

    /// <summary>How long a task has to end by itself: what it asks for, 5 s by default, and no more than the node allows.</summary>
    public static TimeSpan KillTimeout(JobTask task, ClientOptions options)
    {
        var asked = task.KillTimeout ?? TimeSpan.FromSeconds(5);
        return asked < options.MaxKillTimeout ? asked : options.MaxKillTimeout;
    }

    /// <summary>The wait before another attempt to stop a task: Nomad's 5 s, doubling, up to 2 min.</summary>
    public static TimeSpan KillBackoff(int attempt) => TimeSpan.FromSeconds(Math.Min(120, 5 * Math.Pow(2, attempt)));

    /// <summary>Waits, then stops a task.</summary>
    /// <exception cref="DriverException">The driver can't stop it now, or hangs.</exception>
    public static async Task StopAsync(IDriverTask task, string signal, TimeSpan delay, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero)
            await Task.WhenAny(task.Exited, Task.Delay(delay, time, cancellationToken)).ConfigureAwait(false);
        await WithinAsync(stop => task.StopAsync(signal, timeout, stop), timeout + KillWithin, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a signal; whatever is wrong with it is the task's failure, not the caller's.</summary>
    public static async Task SignalAsync(IDriverTask task, string signal, CancellationToken cancellationToken) =>
        await task.SignalAsync(signal, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes what a run left, however long its driver can't, and lets go of it.</summary>
    public static async Task CleanAsync(StartedTask run, TaskHooks hooks, TimeProvider time, CancellationToken cancellationToken)
    {
        var task = run.Task;
        for (var wait = FirstRetry; ; wait = wait * 2 < LastRetry ? wait * 2 : LastRetry)
        {
            try
            {
                await WithinAsync(task.DestroyAsync, KillWithin, time, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (DriverException)
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }

        await task.DisposeAsync().ConfigureAwait(false);
        await hooks.ExitedAsync(run.Start, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something that a driver may hang in, whether or not it heeds being given up.</summary>
    private static async Task WithinAsync(Func<CancellationToken, Task> act, TimeSpan within, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await act(stop.Token).WaitAsync(within, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw new DriverException($"the driver did not answer within {within.TotalSeconds:0} s", recoverable: true);
        }
    }
}
