namespace Actors.Client.Simulation;

/// <summary>How one allocation runs.</summary>
/// <param name="StartDelay">From its arrival until it is said to run.</param>
/// <param name="RunFor">How long it runs when its job doesn't say; null: until it is stopped.</param>
internal readonly record struct SimulatedRun(TimeSpan StartDelay, TimeSpan? RunFor)
{
    /// <summary>One of a fleet's.</summary>
    public static SimulatedRun Draw(FleetOptions options, Random random) =>
        new(options.StartDelay + (options.StartJitter * random.NextDouble()), options.RunFor + (options.RunJitter * random.NextDouble()));
}
