using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Server.Replica;
using Actors.Server.Tests.Hosting;
using Actors.State;
using Xunit;

namespace Actors.Server.Tests.Replica;

public sealed class ChangeWaitersSpecs
{
    private readonly Dictionary<string, long> _numbers = [];
    private RegionState _state = RegionState.Empty;

    [Fact]
    public async Task Who_watches_the_allocations_of_an_evaluation_is_woken_when_an_update_in_place_takes_them_away()
    {
        var (node, job, at) = (Samples.Node("n1"), Samples.Service("web"), DateTimeOffset.UnixEpoch);
        var (first, second, allocation) = (EvaluationId.From(Guid.NewGuid()), EvaluationId.From(Guid.NewGuid()), AllocationId.From(Guid.NewGuid()));
        Apply(new NodeRegistered(node, [], at));
        Apply(new JobRegistered(Samples.Id("web"), job, Evaluation(first), "r1", at));
        Apply(Plan(first, 0) with { Placements = [new AllocationPlacement(allocation, node.Id, node.Name, "group", 0, [])] });
        Apply(new JobRegistered(Samples.Id("web"), job with { Version = 1, Priority = 60 }, Evaluation(second), "r2", at));
        var waiters = new ChangeWaiters();
        var waiter = waiters.Add(new WatchTarget(StateTable.Allocations, $"eval:{first}"));

        waiters.Wake(Apply(Plan(second, 1) with { InPlaceUpdates = [allocation] }));

        Assert.True(await waiter.Woken.WaitAsync(TestServer.Patience));
    }

    private StateChanges Apply(IRegionEvent happened)
    {
        var owner = PersistenceIds.OwnerOf(happened);
        var number = _numbers[owner] = _numbers.GetValueOrDefault(owner) + 1;
        _state = _state.Apply([new LogEntry(_state.Index + 1, owner, number, happened)], out var changes);
        return changes;
    }

    private static Evaluation Evaluation(EvaluationId id) => new() { Id = id, JobId = Samples.Id("web"), Type = JobTypes.Service, TriggeredBy = EvaluationTriggers.JobRegister };

    private static PlanCommitted Plan(EvaluationId id, ulong version) => new()
    {
        EvaluationId = id,
        JobId = Samples.Id("web"),
        JobVersion = version,
        Term = 0,
        At = DateTimeOffset.UnixEpoch,
        SnapshotIndex = 0,
    };
}
