using Actors.Contracts;
using Actors.Contracts.Evaluations;

namespace Actors.Scheduling.Queues;

/// <summary>
/// The evaluations that wait for capacity, at most one per job, and what wakes them: room on a node of a class that was feasible, that the
/// evaluation has not seen, or anything at all when its constraints look at what is unique to a node. A plain data structure, like the broker.
/// </summary>
public sealed partial class BlockedEvaluations
{
    private readonly Dictionary<EvaluationId, Evaluation> _blocked = [];
    private readonly Dictionary<JobId, EvaluationId> _byJob = [];
    private readonly Dictionary<string, ulong> _wokenAt = new(StringComparer.Ordinal);
    private readonly List<EvaluationId> _superseded = [];

    /// <summary>How many are blocked.</summary>
    public int Count => _blocked.Count;

    /// <summary>Whether an evaluation is blocked here.</summary>
    /// <param name="id">The evaluation.</param>
    public bool Contains(EvaluationId id) => _blocked.ContainsKey(id);

    /// <summary>An evaluation waits for capacity from now on. An older one of its job is superseded.</summary>
    /// <param name="evaluation">The evaluation; its <see cref="Evaluation.SnapshotIndex"/> says what it has seen.</param>
    /// <returns>Whether capacity that may help appeared after what it has seen: then it is not kept, but must be woken at once.</returns>
    public bool Block(Evaluation evaluation)
    {
        foreach (var (computedClass, index) in _wokenAt)
        {
            if (index > evaluation.SnapshotIndex && MayHelp(evaluation, computedClass)) return true;
        }

        if (_byJob.TryGetValue(evaluation.JobId, out var other) && other != evaluation.Id)
        {
            if (_blocked[other].CreateIndex > evaluation.CreateIndex)
            {
                _superseded.Add(evaluation.Id);
                return false;
            }

            _blocked.Remove(other);
            _superseded.Add(other);
        }

        _blocked[evaluation.Id] = evaluation;
        _byJob[evaluation.JobId] = evaluation.Id;
        return false;
    }

    /// <summary>Room appeared on a node: it registered, became ready or eligible, changed, or something on it ended.</summary>
    /// <param name="computedClass">The node's computed class.</param>
    /// <param name="index">The index of the change.</param>
    /// <returns>Those that it may help, the highest priority first, then the oldest; they are no longer blocked here.</returns>
    public IReadOnlyList<Evaluation> Wake(string computedClass, ulong index)
    {
        _wokenAt[computedClass] = index;
        List<Evaluation>? woken = null;
        foreach (var (_, evaluation) in _blocked)
        {
            if (MayHelp(evaluation, computedClass)) (woken ??= []).Add(evaluation);
        }

        if (woken is null) return [];
        foreach (var evaluation in woken) Remove(evaluation.Id);
        return ByPriority(woken);
    }

    /// <summary>Forgets an evaluation that was cancelled, or woken elsewhere.</summary>
    /// <param name="id">The evaluation.</param>
    public void Remove(EvaluationId id)
    {
        if (!_blocked.Remove(id, out var evaluation)) return;
        if (_byJob.TryGetValue(evaluation.JobId, out var current) && current == id) _byJob.Remove(evaluation.JobId);
    }

    /// <summary>A job was registered anew or stopped: what is blocked for it is out of date.</summary>
    /// <param name="job">The job.</param>
    /// <returns>The evaluation that must be cancelled, or null.</returns>
    public EvaluationId? RemoveJob(JobId job)
    {
        if (!_byJob.TryGetValue(job, out var id)) return null;
        Remove(id);
        return id;
    }

    /// <summary>The evaluations that a later one of their job took the place of, since the last call: they must be cancelled.</summary>
    public IReadOnlyList<EvaluationId> TakeSuperseded()
    {
        if (_superseded.Count == 0) return [];
        EvaluationId[] taken = [.. _superseded];
        _superseded.Clear();
        return taken;
    }

    private static Evaluation[] ByPriority(IEnumerable<Evaluation> evaluations) =>
        [.. evaluations.OrderByDescending(e => e.Priority).ThenBy(e => e.CreateIndex).ThenBy(e => e.Id)];

    private static bool MayHelp(Evaluation evaluation, string computedClass) =>
        evaluation.EscapedComputedClass || !evaluation.ClassEligibility.TryGetValue(computedClass, out var feasible) || feasible;
}
