using System.Runtime.CompilerServices;

namespace Actors.Drivers;

/// <summary>Fingerprints of drivers that are only looked for now and then.</summary>
internal static class Fingerprints
{
    /// <summary>What a look finds, whenever it differs from what the look before found.</summary>
    public static async IAsyncEnumerable<DriverFingerprint> WatchAsync(
        Func<DriverFingerprint> look, TimeSpan every, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DriverFingerprint? last = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = await Task.Run(look, cancellationToken).ConfigureAwait(false);
            if (now != last) yield return last = now;
            await Task.Delay(every, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
