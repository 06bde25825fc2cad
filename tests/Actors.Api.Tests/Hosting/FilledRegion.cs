using Actors.Contracts;
using Actors.Contracts.Jobs;

namespace Actors.Api.Tests.Hosting;

/// <summary>A region with one node, one job, two allocations of it that run, and their deployment.</summary>
internal sealed record FilledRegion(NodeId Node, Job Job, EvaluationId Evaluation, DeploymentId Deployment, AllocationId First, AllocationId Second)
{
    public static FilledRegion In(InMemoryRegion region)
    {
        var job = Samples.Job(count: 2);
        var filled = new FilledRegion(Samples.NodeId(1), job, new(region.NewId()), new(region.NewId()), new(region.NewId()), new(region.NewId()));
        region.Append(new Contracts.Nodes.NodeRegistered(Samples.Node(1), [], FixedTime.Now));
        region.Append(Samples.Registered(job, filled.Evaluation));
        region.Append(Samples.Placed(job, filled.Evaluation, filled.Node, filled.Deployment, filled.First, filled.Second));
        region.Append(Samples.Running(filled.Node, filled.First, filled.Second));
        return filled;
    }
}
