using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Xunit;

namespace Actors.State.Tests;

/// <summary>What operators decide for the whole region.</summary>
public sealed class OperatorSpecs
{
    private static readonly SchedulerConfiguration Spread = new() { Algorithm = SchedulerAlgorithm.Spread };
    private readonly TestRegion region = new();

    [Fact]
    public void The_configuration_of_the_scheduler_is_that_of_the_latest_event_and_survives_a_snapshot()
    {
        Assert.Equal(new SchedulerConfiguration(), region.State.SchedulerConfiguration);

        var accepted = (CommandAccepted)region.Send(new ConfigureScheduler(region.Context(), Spread));

        Assert.Equal((Spread, accepted.Index), (region.State.SchedulerConfiguration, region.State.Operator.SchedulerIndex));
        Assert.Equal(region.State.Operator, RegionState.FromChunks(region.State.ToChunks()).Operator);
    }

    [Fact]
    public void A_configuration_that_changed_meanwhile_is_not_overwritten_by_one_who_asks()
    {
        var first = (CommandAccepted)region.Send(new ConfigureScheduler(region.Context(), Spread, 0));

        Assert.Equal(RefusalKind.Conflict, Refused(new ConfigureScheduler(region.Context(), new(), 0)).Kind);
        Assert.IsType<CommandAccepted>(region.Send(new ConfigureScheduler(region.Context(), new(), first.Index)));
    }

    [Fact]
    public void A_retried_request_is_answered_again_and_not_done_again()
    {
        var command = new ConfigureScheduler(region.Context("once"), Spread, 0);
        var first = region.Send(command);
        region.Send(new ConfigureScheduler(region.Context(), new()));

        Assert.Equal(first, region.Send(command));
        Assert.Equal(new SchedulerConfiguration(), region.State.SchedulerConfiguration);
    }

    [Fact]
    public void A_namespace_comes_changes_and_goes_when_it_has_no_jobs()
    {
        region.Send(new ApplyNamespace(region.Context(), new Namespace { Name = "team" }));
        var made = region.State.Operator.FindNamespace("team")!;
        region.Send(new ApplyNamespace(region.Context(), new Namespace { Name = "team", Description = "of a team" }));
        var changed = region.State.Operator.FindNamespace("team")!;
        Assert.Equal((made.CreateIndex, "of a team"), (changed.CreateIndex, changed.Description));
        Assert.Equal(["default", "team"], region.State.Operator.AllNamespaces.Select(n => n.Name));

        var job = TestRegion.NewJob() with { Namespace = "team" };
        region.Register(job);
        Assert.Contains("web", Refused(new DeleteNamespace(region.Context(), "team")).Message, StringComparison.Ordinal);
        region.Send(new DeregisterJob(region.Context(), TestRegion.IdOf(job), Purge: true));
        region.Write(region.PlanFor(region.State.Evaluations.First(e => !e.Terminal).Id));
        foreach (var open in region.State.Evaluations.Where(e => !e.Terminal).ToList()) region.Write(region.PlanFor(open.Id));

        Assert.IsType<CommandAccepted>(region.Send(new DeleteNamespace(region.Context(), "team")));
        Assert.Null(region.State.Operator.FindNamespace("team"));
    }

    [Fact]
    public void A_node_pool_goes_when_it_has_no_nodes()
    {
        region.Send(new ApplyNodePool(region.Context(), new NodePool { Name = "gpu" }));
        region.Send(new Contracts.Nodes.RegisterNode(region.Context(), region.NewNode("n1") with { NodePool = "gpu" }));

        Assert.Contains("n1", Refused(new DeleteNodePool(region.Context(), "gpu")).Message, StringComparison.Ordinal);
        region.Send(new ApplyNodePool(region.Context(), new NodePool { Name = "tpu" }));
        Assert.IsType<CommandAccepted>(region.Send(new DeleteNodePool(region.Context(), "tpu")));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("all")]
    [InlineData("")]
    [InlineData("no blanks")]
    public void Pools_that_are_always_there_stay_as_they_are_and_names_are_plain(string name) =>
        Assert.Equal(RefusalKind.Invalid, Refused(new ApplyNodePool(region.Context(), new NodePool { Name = name })).Kind);

    [Fact]
    public void What_is_not_there_or_always_there_can_not_be_deleted()
    {
        Assert.Equal(RefusalKind.Invalid, Refused(new DeleteNamespace(region.Context(), "default")).Kind);
        Assert.Equal(RefusalKind.NotFound, Refused(new DeleteNamespace(region.Context(), "none")).Kind);
        Assert.Equal(RefusalKind.NotFound, Refused(new DeleteNodePool(region.Context(), "none")).Kind);
    }

    private CommandRefused Refused(IRegionCommand command) => Assert.IsType<CommandRefused>(region.Send(command));
}
