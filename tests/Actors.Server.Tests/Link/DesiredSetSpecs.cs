using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Server.Link;
using Actors.Server.Tests.Hosting;
using Actors.State;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.Link;

public sealed class DesiredSetSpecs
{
    private readonly Node _node = Samples.Node("client-1") with { Status = NodeStatus.Ready };
    private readonly Job _job = Samples.Service("web", count: 5);

    [Fact]
    public void The_first_frame_is_full_and_has_each_job_once()
    {
        var state = Place(Registered(), 5);
        var set = new DesiredSet(_node.Id, new DesiredJobs());

        var frame = set.Next(state)!;

        Assert.True(frame.Full);
        Assert.Equal(5, frame.Allocations.Count);
        Assert.All(frame.Allocations, a => Assert.False(a.AllocationJson.IsEmpty));
        Assert.Single(frame.Jobs);
        Assert.Null(set.Next(state));
    }

    [Fact]
    public void What_the_client_has_is_named_but_not_sent_again()
    {
        var state = Place(Registered(), 2);
        var known = state.AllocationsOfNode(_node.Id).First();
        var set = new DesiredSet(_node.Id, new DesiredJobs());
        set.Reset(new Dictionary<AllocationId, ulong> { [known.Id] = known.AllocModifyIndex });

        var frame = set.Next(state)!;

        Assert.True(frame.Allocations.Single(a => a.Id == known.Id.ToString()).AllocationJson.IsEmpty);
        Assert.False(frame.Allocations.Single(a => a.Id != known.Id.ToString()).AllocationJson.IsEmpty);
    }

    [Fact]
    public void A_set_too_large_for_one_frame_is_named_whole_in_the_first_and_follows_in_parts()
    {
        var state = Place(Registered(), 5);
        var set = new DesiredSet(_node.Id, new DesiredJobs(), frameBytes: 1000);

        var first = set.Next(state)!;
        var told = Whole(first);
        while (set.Next(state) is { } next)
        {
            Assert.False(next.Full);
            told.UnionWith(Whole(next));
        }

        Assert.Equal(5, first.Allocations.Count);
        Assert.InRange(Whole(first).Count, 1, 4);
        Assert.Equal(5, told.Count);
    }

    [Fact]
    public void What_it_is_not_told_to_look_at_waits_until_it_is_told_to_look_at_everything()
    {
        var state = Place(Registered(), 1);
        var set = new DesiredSet(_node.Id, new DesiredJobs());
        set.Next(state);
        var more = Place(state, 2);

        Assert.Null(set.Next(more));
        set.Changed([more.AllocationsOfNode(_node.Id).Select(a => a.Id).Except(state.AllocationsOfNode(_node.Id).Select(a => a.Id)).First()]);
        Assert.Single(set.Next(more)!.Allocations);
        set.Changed(null);
        Assert.Single(set.Next(more)!.Allocations);
        Assert.Null(set.Next(more));
    }

    [Fact]
    public void A_job_is_told_again_after_something_went_with_which_the_client_may_have_forgotten_it()
    {
        var state = Place(Registered(), 1);
        var set = new DesiredSet(_node.Id, new DesiredJobs());
        set.Next(state);
        var gone = state.AllocationsOfNode(_node.Id).Single().Id;
        state = Registered();
        set.Changed([gone]);
        Assert.Equal([gone.ToString()], set.Next(state)!.Removed);

        state = Place(state, 1);
        set.Changed(null);

        Assert.Single(set.Next(state)!.Jobs);
    }

    [Fact]
    public void However_the_frames_fall_a_client_that_follows_them_has_what_should_be()
    {
        Gen.Select(Gen.Int[0, 3].List[1, 20], Gen.Int[300, 5000]).Sample((steps, frameBytes) =>
        {
            var state = Registered();
            var set = new DesiredSet(_node.Id, new DesiredJobs(), frameBytes);
            var client = new Dictionary<string, (ulong Index, string Status)>();
            foreach (var step in steps)
            {
                var before = state;
                if (step == 0)
                    state = Place(state, 2);
                else if (step == 1)
                    state = Stop(state);
                set.Changed(state.AllocationsOfNode(_node.Id).Where(a => a.AllocModifyIndex > before.Index).Select(a => a.Id));
                if (step == 2)
                    Follow(client, set.Next(state));
                else if (step == 3)
                    set.Reset(client.ToDictionary(c => AllocationId.Parse(c.Key), c => c.Value.Index));
            }

            while (set.Next(state) is { } frame)
                Follow(client, frame);
            return state.AllocationsOfNode(_node.Id).All(a => client.TryGetValue(a.Id.ToString(), out var has) && has.Index == a.AllocModifyIndex && has.Status == (a.ServerTerminal ? "stop" : "run"));
        });
    }

    private static void Follow(Dictionary<string, (ulong Index, string Status)> client, Desired? frame)
    {
        if (frame is null)
            return;
        if (frame.Full)
        {
            foreach (var gone in client.Keys.Except(frame.Allocations.Select(a => a.Id)).ToList())
                client.Remove(gone);
        }

        foreach (var allocation in frame.Allocations.Where(a => !a.AllocationJson.IsEmpty))
            client[allocation.Id] = (allocation.AllocModifyIndex, allocation.DesiredStatus);
        foreach (var removed in frame.Removed)
            client.Remove(removed);
    }

    private static HashSet<string> Whole(Desired frame) => [.. frame.Allocations.Where(a => !a.AllocationJson.IsEmpty).Select(a => a.Id)];

    private RegionState Registered()
    {
        var evaluation = Evaluation();
        return Apply(
            Apply(RegionState.Empty, new NodeRegistered(_node, [], DateTimeOffset.UnixEpoch)),
            new JobRegistered(Samples.Id("web"), _job, evaluation, "register", DateTimeOffset.UnixEpoch));
    }

    private RegionState Place(RegionState state, int count)
    {
        var evaluation = Evaluation();
        state = Apply(state, new JobEvaluated(Samples.Id("web"), false, evaluation, Guid.NewGuid().ToString(), DateTimeOffset.UnixEpoch));
        var placements = Enumerable.Range(0, count).Select(i => new AllocationPlacement(new AllocationId(Guid.NewGuid()), _node.Id, _node.Name, "group", i, [])).ToList();
        return Apply(state, Plan(evaluation) with { Placements = placements });
    }

    private RegionState Stop(RegionState state)
    {
        if (state.AllocationsOfNode(_node.Id).FirstOrDefault(a => !a.ServerTerminal) is not { } running)
            return state;

        var evaluation = Evaluation();
        state = Apply(state, new JobEvaluated(Samples.Id("web"), false, evaluation, Guid.NewGuid().ToString(), DateTimeOffset.UnixEpoch));
        return Apply(state, Plan(evaluation) with { Stops = [new AllocationStop(running.Id, "enough")] });
    }

    private static PlanCommitted Plan(Evaluation evaluation) => new()
    {
        EvaluationId = evaluation.Id,
        JobId = Samples.Id("web"),
        JobVersion = 0,
        Term = 1,
        At = DateTimeOffset.UnixEpoch,
        SnapshotIndex = 0,
    };

    private static Evaluation Evaluation() => new()
    {
        Id = new EvaluationId(Guid.NewGuid()),
        JobId = Samples.Id("web"),
        Type = JobTypes.Service,
        TriggeredBy = EvaluationTriggers.JobRegister,
    };

    private static RegionState Apply(RegionState state, IRegionEvent happened)
    {
        var owner = PersistenceIds.OwnerOf(happened);
        return state.Apply([new LogEntry(state.Index + 1, owner, state.PositionOf(owner).SequenceNr + 1, happened)], out _);
    }
}
