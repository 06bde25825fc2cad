namespace Actors.State.Collection;

/// <summary>How long what has ended is kept. The defaults are Nomad's.</summary>
public sealed record GcThresholds
{
    /// <summary>Evaluations of services and system jobs, with their allocations (<c>eval_gc_threshold</c>).</summary>
    public TimeSpan Evaluations { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Evaluations of batch jobs, with their allocations (<c>batch_eval_gc_threshold</c>).</summary>
    public TimeSpan BatchEvaluations { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Jobs that are dead (<c>job_gc_threshold</c>).</summary>
    public TimeSpan Jobs { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Nodes that are down (<c>node_gc_threshold</c>).</summary>
    public TimeSpan Nodes { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Deployments that ended (<c>deployment_gc_threshold</c>).</summary>
    public TimeSpan Deployments { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Nothing is kept: what an operator asks for with <c>system gc</c>.</summary>
    public static GcThresholds None { get; } = new()
    {
        Evaluations = TimeSpan.Zero,
        BatchEvaluations = TimeSpan.Zero,
        Jobs = TimeSpan.Zero,
        Nodes = TimeSpan.Zero,
        Deployments = TimeSpan.Zero,
    };
}
