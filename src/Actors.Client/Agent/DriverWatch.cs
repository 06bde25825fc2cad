using Actors.Contracts.Collections;
using Actors.Drivers;
using Akka.Actor;

namespace Actors.Client.Agent;

/// <summary>Follows a driver's fingerprints for as long as the agent lives.</summary>
internal static class DriverWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Begins to follow; each fingerprint goes to the agent's actor.</summary>
    public static void Begin(ITaskDriver driver, IActorRef agent, CancellationToken cancellationToken) => _ = Task.Run(async () =>
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var found in driver.FingerprintAsync(cancellationToken).ConfigureAwait(false))
                    agent.Tell(new DriverFound(driver.Name, found));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A driver promises not to throw here; one that breaks the promise is not healthy, and must not hide that.
                agent.Tell(new DriverFound(driver.Name, new DriverFingerprint(true, false, $"its fingerprint failed: {e.Message}", EquatableMap<string>.Empty)));
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }, cancellationToken);
}
