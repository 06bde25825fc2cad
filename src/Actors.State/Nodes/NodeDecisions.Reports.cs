using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.State.Nodes;

/// <content>What a client reports of its allocations.</content>
public static partial class NodeDecisions
{
    private static Decision Report(NodeState state, RegionState region, ReportAllocations command, DecisionContext context)
    {
        var news = new List<AllocationReport>(command.Reports.Count);
        var evaluations = new Dictionary<JobId, Evaluation>();
        foreach (var report in command.Reports)
        {
            // What was collected, or was never this node's, is of no interest; what is known is no news.
            if (region.FindAllocation(report.AllocationId) is not { } known || known.NodeId != state.Node.Id || NodeComparison.SaysWhatIsKnown(report, known)) continue;

            news.Add(report);
            if (!evaluations.ContainsKey(known.JobId) && TriggerOf(region, known, report) is { } trigger)
                evaluations.Add(known.JobId, EvaluationOf(region, known, trigger, context));
        }

        return news.Count == 0
            ? Unchanged(command)
            : Made(command, new AllocationsReported(state.Node.Id, news, [.. evaluations.Values], context.Now));
    }

    /// <summary>What a report makes its job's evaluation for, or null: nothing has to be looked at.</summary>
    private static string? TriggerOf(RegionState region, Allocation known, AllocationReport report)
    {
        if (known.ClientStatus == AllocationClientStatus.Unknown && report.ClientStatus != AllocationClientStatus.Unknown) return EvaluationTriggers.Reconnect;
        if (known.ServerTerminal || known.ClientStatus == report.ClientStatus || region.FindJob(known.JobId)?.Job is not { Stop: not true } job) return null;

        return report.ClientStatus switch
        {
            AllocationClientStatus.Failed => EvaluationTriggers.RetryFailedAlloc,

            // A service that ended well is one too few all the same.
            AllocationClientStatus.Complete when job.Type == JobTypes.Service => EvaluationTriggers.RetryFailedAlloc,
            _ => null,
        };
    }
}
