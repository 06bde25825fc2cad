namespace Actors.Benchmarks;

/// <summary>A measurement that one command runs: it prints its figures, each beside its baseline from the same run and its bar.</summary>
internal interface IBenchmark
{
    /// <summary>The word that chooses it on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string What { get; }

    /// <summary>Measures and reports.</summary>
    Task RunAsync(Report report, CancellationToken cancellationToken);
}
