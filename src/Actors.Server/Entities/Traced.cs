using System.Diagnostics;
using System.Diagnostics.Metrics;
using Actors.Contracts;

namespace Actors.Server.Entities;

/// <summary>Traces and figures of the server. An actor's mailbox drops the current activity, so a command carries its trace and each shell goes on with it here.</summary>
internal static class Traced
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Actors.Server";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>The figures of this assembly.</summary>
    public static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("actors.commands.expired", description: "Commands whose deadline had passed when their turn came.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("actors.commands.duration", "ms", "From an entity's decision to the answer, by command and outcome.");

    /// <summary>Evaluations that are at some point of their way, by where: ready, waiting, delayed, in-flight, blocked. Zero on servers that don't lead.</summary>
    public static EvaluationCounts Evaluations { get; } = new(Meter);

    private static readonly Histogram<double> Placing = Meter.CreateHistogram<double>("actors.scheduler.place", "ms", "How long one answer of the scheduler took to find.");

    private static readonly Counter<long> Placed = Meter.CreateCounter<long>("actors.scheduler.placements", description: "Allocations that the scheduler found a node for.");

    /// <summary>The number of clients that hold a stream to this server.</summary>
    public static readonly UpDownCounter<int> Sessions = Meter.CreateUpDownCounter<int>("actors.client.sessions", description: "Clients that hold a stream to this server.");

    /// <summary>The number of clients whose reports wait for their turn at this server.</summary>
    public static readonly UpDownCounter<int> ReportsWaiting = Meter.CreateUpDownCounter<int>("actors.client.reports.waiting", description: "Clients whose reports wait until this server takes them.");

    /// <summary>The scheduler answered.</summary>
    public static void PlacementDone(int count, TimeSpan took)
    {
        Placing.Record(took.TotalMilliseconds);
        Placed.Add(count);
    }

    /// <summary>Goes on with a command's trace; null when nobody listens.</summary>
    public static Activity? Begin(string operation, CommandContext context) =>
        ActivityContext.TryParse(context.Traceparent, null, isRemote: true, out var parent)
            ? Source.StartActivity(operation, ActivityKind.Consumer, parent)
            : Source.StartActivity(operation, ActivityKind.Consumer);

    /// <summary>The context for a command that belongs to the current trace.</summary>
    public static string? Traceparent => Activity.Current?.Id;

    /// <summary>A command came too late.</summary>
    public static void Expired(IRegionCommand command) => Dropped.Add(1, new KeyValuePair<string, object?>("command", command.GetType().Name));

    /// <summary>A command was answered.</summary>
    public static void Answered(IRegionCommand command, ICommandReply reply, TimeSpan took) => Duration.Record(
        took.TotalMilliseconds,
        new KeyValuePair<string, object?>("command", command.GetType().Name),
        new KeyValuePair<string, object?>("outcome", reply is CommandRefused refused ? refused.Kind.ToString() : "accepted"));
}
