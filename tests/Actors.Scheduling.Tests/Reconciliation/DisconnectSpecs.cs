using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Reconciliation;

public class DisconnectSpecs
{
    private readonly Region _region = new();
    private readonly Node _first = Any.Node(1);
    private readonly Node _second = Any.Node(2);

    public DisconnectSpecs() => _region.Add(_first);

    [Fact]
    public void A_node_that_is_cut_off_leaves_its_allocations_unknown_and_they_are_replaced_meanwhile()
    {
        var (job, original) = Cut(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1) });

        Assert.Equal(AllocationClientStatus.Unknown, Now(original).ClientStatus);
        Assert.Equal(AllocationDesiredStatus.Run, Now(original).DesiredStatus);
        var replacement = Assert.Single(_region.Live(job), a => a.Id != original.Id);
        Assert.Equal((original.Id, original.NameIndex, _second.Id), (replacement.PreviousAllocation!.Value, replacement.NameIndex, replacement.NodeId));
    }

    [Fact]
    public void Without_replacement_their_place_is_kept_until_they_are_lost()
    {
        var (job, original) = Cut(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1), Replace = false });
        Assert.Equal(original.Id, Assert.Single(_region.Live(job)).Id);

        _region.Now = _region.Now.AddHours(1);
        _region.Settle();

        Assert.Equal(AllocationClientStatus.Lost, Now(original).ClientStatus);
        Assert.Equal(_second.Id, Assert.Single(_region.Live(job)).NodeId);
    }

    [Fact]
    public void Without_a_time_to_come_back_they_are_lost_at_once()
    {
        var (job, original) = Cut(null);

        Assert.Equal(AllocationClientStatus.Lost, Now(original).ClientStatus);
        Assert.Single(_region.Live(job));
    }

    [Theory]
    [InlineData("keep_original", true)]
    [InlineData("keep_replacement", false)]
    [InlineData("longest_running", true)]
    [InlineData("best_score", false)]
    [InlineData("", false)]
    public void When_the_node_is_back_one_of_the_two_stays_as_the_group_wants_it(string reconcile, bool keepsOriginal)
    {
        // The second node is fuller: the replacement's score is the better one.
        var (job, original) = Cut(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1), Reconcile = reconcile }, fillSecond: true);
        var replacement = Assert.Single(_region.Live(job), a => a.Id != original.Id);

        Back(job, original);

        var kept = Assert.Single(_region.Live(job));
        Assert.Equal(keepsOriginal ? original.Id : replacement.Id, kept.Id);
    }

    [Fact]
    public void An_original_whose_replacement_failed_and_was_replaced_in_turn_is_still_known_as_such()
    {
        var (job, original) = Cut(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1), Reconcile = "keep_original" });
        _region.Report(AllocationClientStatus.Failed, null, Assert.Single(_region.Live(job), a => a.Id != original.Id));
        _region.Settle();
        _region.Now = _region.Now.AddMinutes(1);
        _region.Settle();
        Assert.Equal(2, _region.Live(job).Count);

        Back(job, original);

        Assert.Equal(original.Id, Assert.Single(_region.Live(job)).Id);
    }

    [Fact]
    public void The_old_version_does_not_come_back()
    {
        var (job, original) = Cut(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1), Reconcile = "keep_original" });
        var changed = _region.Register(job with { TaskGroups = [job.TaskGroups[0] with { Tasks = [job.TaskGroups[0].Tasks[0] with { User = "nobody" }] }] });
        _region.Settle();

        Back(changed, original);

        var kept = Assert.Single(_region.Live(changed));
        Assert.Equal((changed.Version, _second.Id), (kept.JobVersion, kept.NodeId));
    }

    [Theory]
    [InlineData(NodeStatus.Down)]
    [InlineData(NodeStatus.Disconnected)]
    public void Where_the_client_stops_by_itself_nothing_is_placed_before_it_must_have(NodeStatus status)
    {
        var job = _region.Register(With(Any.Job(), new DisconnectStrategy { StopOnClientAfter = TimeSpan.FromMinutes(10) }));
        _region.Settle();
        _region.Add(_second);
        _region.Set(_first, status, [job]);
        _region.Settle();

        Assert.Equal(AllocationClientStatus.Lost, _region.AllocationsOf(job).Single().ClientStatus);
        var followUp = Assert.Single(_region.State.EvaluationsOfJob(Any.IdOf(job)), e => e.WaitUntil is not null);
        Assert.InRange(followUp.WaitUntil!.Value, _region.Now.AddMinutes(9.9), _region.Now.AddMinutes(10));

        // Another evaluation in between changes nothing.
        _region.Evaluate(job);
        _region.Settle();
        Assert.Empty(_region.Live(job));

        _region.Now = _region.Now.AddMinutes(10);
        _region.Settle();

        var replacement = Assert.Single(_region.Live(job));
        Assert.Equal((_second.Id, _region.AllocationsOf(job)[0].Id), (replacement.NodeId, replacement.PreviousAllocation!.Value));
        _region.Evaluate(job, EvaluationTriggers.NodeUpdate);
        _region.Settle();
        Assert.Single(_region.Live(job));
    }

    private Allocation Now(Allocation allocation) => _region.State.FindAllocation(allocation.Id)!;

    private (Job Job, Allocation Original) Cut(DisconnectStrategy? strategy, bool fillSecond = false)
    {
        var job = _region.Register(With(Any.Job(), strategy));
        _region.Settle();
        var original = _region.Live(job).Single();
        _region.Add(_second);
        if (fillSecond)
        {
            _region.Register(Any.Job("filler", cpu: 3000, memory: 6000, constraints: new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = "n2" }));
            _region.Settle();
        }

        _region.Now = _region.Now.AddSeconds(30);
        _region.Set(_first, strategy is null ? NodeStatus.Down : NodeStatus.Disconnected, [job]);
        _region.Settle();
        return (job, original);
    }

    private void Back(Job job, Allocation original)
    {
        _region.Set(_first, NodeStatus.Ready);
        _region.Report(AllocationClientStatus.Running, null, _region.State.FindAllocation(original.Id)!);
        _region.Evaluate(job, EvaluationTriggers.Reconnect);
        _region.Settle();
    }

    private static Job With(Job job, DisconnectStrategy? strategy) => job with { TaskGroups = [job.TaskGroups[0] with { Disconnect = strategy }] };
}
