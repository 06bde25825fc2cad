using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Log;
using Actors.Contracts.Serialization;
using Actors.State.Jobs;
using CsCheck;
using Xunit;

namespace Actors.State.Tests;

/// <summary>What holds in every history.</summary>
public sealed class HistorySpecs
{
    private const int Histories = 150;

    [Fact]
    public void Replaying_the_log_gives_the_same_state_however_it_is_cut_into_batches() => Gen.Select(History.Steps, Gen.Int[1, 40]).Sample(
        (steps, atOnce) =>
        {
            var live = History.Play(steps);
            var replayed = live.Log.Chunk(atOnce).Aggregate(RegionState.Empty, (state, batch) => state.Apply(batch, out _));
            Assert.Equal(StateDigest.Of(live.State), StateDigest.Of(replayed));
        },
        iter: Histories);

    [Fact]
    public void Replaying_what_was_written_as_bytes_gives_the_same_state() => History.Steps.Sample(
        steps =>
        {
            var live = History.Play(steps);
            var read = live.Log.Select(e => e with { Event = (Contracts.IRegionEvent)Manifests.Read(Manifests.Of(e.Event), Manifests.Write(e.Event)) }).ToArray();
            Assert.Equal(StateDigest.Of(live.State), StateDigest.Of(RegionState.Empty.Apply(read, out _)));
        },
        iter: Histories);

    [Fact]
    public void A_snapshot_read_back_in_any_order_is_the_same_state_and_goes_on_alike() => Gen.Select(History.Steps, History.Steps, Gen.Int[1, 5000], Gen.Int[0, 1000]).Sample(
        (steps, later, size, seed) =>
        {
            var live = History.Play(steps);
            var chunks = live.State.ToChunks(size).ToArray();
            new Random(seed).Shuffle(chunks);
            var read = RegionState.FromChunks(chunks);
            Assert.Equal(StateDigest.Of(live.State), StateDigest.Of(read));
            Assert.Equal(live.State.ToChunks(size).Select(c => (c.Manifest, Convert.ToHexString(c.Payload))), read.ToChunks(size).Select(c => (c.Manifest, Convert.ToHexString(c.Payload))));

            var before = live.Log.Count;
            foreach (var (kind, a, b, c) in later) History.Step(live, kind, a, b, c);
            Assert.Equal(StateDigest.Of(live.State), StateDigest.Of(read.Apply(live.Log.Skip(before).ToArray(), out _)));
        },
        iter: Histories);

    [Fact]
    public void Numbers_and_indexes_agree_with_a_recount() => History.Steps.Sample(steps => History.Play(steps, Recount), iter: Histories);

    [Fact]
    public void Indexes_only_grow_and_changes_name_all_that_changed() => History.Steps.Sample(
        steps =>
        {
            var before = RegionState.Empty;
            History.Play(steps, region =>
            {
                if (region.State.Index == before.Index) return;
                foreach (var table in Enum.GetValues<StateTable>()) Assert.InRange(region.State.TableIndex(table), before.TableIndex(table), region.State.Index);
                before = region.State;
            });
            var region = new TestRegion();
            foreach (var (kind, a, b, c) in steps) ChangesAreNamed(region, () => History.Step(region, kind, a, b, c));
        },
        iter: Histories);

    [Fact]
    public void A_command_that_is_sent_again_changes_nothing() => History.Steps.Sample(
        steps => History.Play(steps, region =>
        {
            var (kind, a, b, c) = (region.Log.Count % 21, region.Log.Count % 12, region.Log.Count % 8, region.Log.Count % 6);
            if (History.CommandOf(region, kind, a, b, c) is not { } command) return;

            var first = region.Send(command);
            var state = region.State;
            var second = region.Send(command);
            if (first is Contracts.CommandRefused || second is Contracts.CommandRefused) return;
            Assert.Same(state, region.State);
        }),
        iter: Histories);

    private static void ChangesAreNamed(TestRegion region, Action step)
    {
        var before = region.State;
        var log = region.Log.Count;
        step();
        if (region.Log.Count == log) return;

        // As one batch, so that one set of changes has to name all of them.
        var after = before.Apply(region.Log.Skip(log).ToArray(), out var changes);
        Assert.Equal((before.Index, after.Index), (changes.From, changes.To));
        foreach (var id in before.Jobs.Concat(after.Jobs).Select(j => j.Id).Distinct()) Assert.Equal(!Equals(before.FindJob(id)?.Job, after.FindJob(id)?.Job), changes.Jobs.Contains(id) && !Equals(before.FindJob(id)?.Job, after.FindJob(id)?.Job));
        foreach (var id in before.Allocations.Concat(after.Allocations).Select(a => a.Id).Distinct())
        {
            var (was, now) = (before.FindAllocation(id), after.FindAllocation(id));
            Assert.True(ReferenceEquals(was, now) || changes.Allocations.Any(x => x.Id == id), $"allocation {id} changed, but is not named");
            if (was is not null && now is not null && was.AllocModifyIndex != now.AllocModifyIndex) Assert.Contains(now.NodeId, changes.AllocationsToTell.Select(told => told.Key));
        }

        foreach (var id in before.Evaluations.Concat(after.Evaluations).Select(e => e.Id).Distinct()) Assert.Equal(!ReferenceEquals(before.FindEvaluation(id), after.FindEvaluation(id)), changes.Evaluations.Contains(id));
        foreach (var id in before.Deployments.Concat(after.Deployments).Select(d => d.Id).Distinct()) Assert.Equal(!ReferenceEquals(before.FindDeployment(id), after.FindDeployment(id)), changes.Deployments.Contains(id));
        foreach (var id in before.Nodes.Concat(after.Nodes).Select(n => n.Id).Distinct()) Assert.Equal(!ReferenceEquals(before.FindNode(id), after.FindNode(id)), changes.Nodes.Contains(id));
    }

    private static void Recount(TestRegion region)
    {
        var state = region.State;
        var collected = region.Log.Any(e => e.Event is StateCollected);
        foreach (var (id, entry) in state.JobTable)
        {
            var allocations = state.Allocations.Where(a => a.JobId == id).ToArray();
            Assert.Equal(allocations, state.AllocationsOfJob(id));
            Assert.Equal(state.Evaluations.Where(e => e.JobId == id), state.EvaluationsOfJob(id));
            Assert.Equal(state.Deployments.Where(d => d.JobId == id).Select(d => d.Id).Order(), state.DeploymentsOfJob(id).Select(d => d.Id).Order());
            Assert.Equal(allocations.Count(a => !a.Terminal), entry.Counts.Live);
            Assert.Equal(allocations.Count(a => !a.ClientTerminal), entry.Counts.OnClients);
            Assert.Equal(allocations.Count(a => !a.Terminal && a.ClientStatus != AllocationClientStatus.Unknown && !a.Migrate && !a.Canary), entry.Counts.Undisturbed);
            Assert.Equal(state.EvaluationsOfJob(id).Count(e => !e.Terminal), entry.Counts.OpenEvaluations);
            Assert.Equal(state.EvaluationsOfJob(id).Count(e => e.Status == EvaluationStatus.Pending), entry.Counts.PendingEvaluations);
            Assert.All(allocations, a => Assert.NotNull(state.FindJobVersion(id, a.JobVersion)));
            foreach (var version in entry.Versions) Assert.Equal(allocations.Count(a => a.JobVersion == version.Job.Version), version.Allocations);
            if (!collected)
            {
                foreach (var (group, numbers) in entry.Summary.Groups) Assert.Equal(NumbersOf(allocations.Where(a => a.TaskGroup == group && a.CreateIndex >= entry.Summary.CreateIndex)), numbers with { Queued = 0 });
            }

            if (entry.State is { } job) Assert.Equal(job.Job.Status, StatusOf(job.Job, entry));
        }

        Assert.Equal(state.NodeTable.Where(n => !n.Value.IsWell).Select(n => n.Key), state.UnwellNodes.Select(n => n.Key));
        foreach (var (id, _) in state.NodeTable) Assert.Equal(state.Allocations.Where(a => a.NodeId == id), state.AllocationsOfNode(id));
        foreach (var (id, _) in state.EvaluationAllocationsTable) Assert.Equal(state.Allocations.Where(a => a.EvaluationId == id), state.AllocationsOfEvaluation(id));
        Assert.All(state.Allocations, a => Assert.Contains(a.Id, state.AllocationsOfEvaluation(a.EvaluationId).Select(x => x.Id)));
        foreach (var deployment in state.Deployments)
        {
            foreach (var (group, counts) in deployment.TaskGroups) Assert.True(collected || counts.HealthyAllocs >= 0, $"{deployment.Id} {group}");
        }
    }

    private static GroupSummary NumbersOf(IEnumerable<Allocation> allocations) =>
        allocations.Aggregate(default(GroupSummary), (numbers, a) => numbers.With(a.ClientStatus, +1));

    private static string StatusOf(Contracts.Jobs.Job job, JobEntry entry)
    {
        if (job.Type == "system") return job.Stop == true ? "dead" : "running";
        if (entry.Counts.Live > 0) return "running";
        if (entry.Counts.OpenEvaluations > 0) return "pending";
        return job.Stop == true || entry.Counts.Evaluated || entry.Allocations.Count > 0 ? "dead" : "pending";
    }
}
