using Actors.Contracts.Evaluations;
using Actors.State.Evaluations;
using Actors.State.Jobs;

namespace Actors.State.Drafts;

/// <content>Evaluations come, change and go.</content>
internal sealed partial class RegionDraft
{
    private void Apply(EvaluationStatusChanged changed)
    {
        Change(Known(changed), changed);
        if (changed.FollowUp is { } followUp) AddEvaluation(followUp);
    }

    private Evaluation Known(IEvaluationEvent happened) => evaluations.TryGet(happened.EvaluationId, out var evaluation)
        ? evaluation
        : throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of evaluation {happened.EvaluationId}, which does not exist");

    private void AddEvaluation(Evaluation evaluation)
    {
        if (evaluations.Contains(evaluation.Id))
            throw new InvalidOperationException($"index {index}: evaluation {evaluation.Id} of job {evaluation.JobId} is created a second time");

        var job = Open(evaluation.JobId);
        job.Evaluations.Set(evaluation.Id, default);
        Put(job, null, evaluation with
        {
            JobId = job.Id,
            JobModifyIndex = evaluation.JobModifyIndex == 0 ? job.State?.Job.JobModifyIndex ?? 0 : evaluation.JobModifyIndex,
            CreateIndex = index,
            ModifyIndex = index,
            CreateTime = at,
            ModifyTime = at,
        });
    }

    private void Change(Evaluation before, IEvaluationEvent happened) => Put(Open(before.JobId), before, EvaluationTransitions.Apply(before, happened, index));

    private void Put(JobDraft job, Evaluation? before, Evaluation after)
    {
        evaluations.Set(after.Id, after);
        Recount(job, before, after);
        Touched(job, after.Id);
    }

    private void RemoveEvaluation(Evaluation evaluation)
    {
        evaluations.Remove(evaluation.Id);
        evaluationPositions.Remove(evaluation.Id);
        var job = Open(evaluation.JobId);
        job.Evaluations.Remove(evaluation.Id);
        Recount(job, evaluation, null);
        Touched(job, evaluation.Id);
    }

    private void Touched(JobDraft job, EvaluationId id)
    {
        job.EvaluationsIndex = index;
        evaluationsIndex = index;
        changes.ChangedEvaluations.Add(id);
        changes.JobsOfEvaluations.Add(job.Id);
    }

    private void Recount(JobDraft job, Evaluation? before, Evaluation? after)
    {
        if (before is not null) job.Counts = job.Counts.Plus(CountsOf(before), -1);
        if (after is not null) job.Counts = job.Counts.Plus(CountsOf(after), +1);
        Unsettle(job);
    }

    internal static JobCounts CountsOf(Evaluation evaluation) => new()
    {
        OpenEvaluations = evaluation.Terminal ? 0 : 1,
        PendingEvaluations = evaluation.Status == EvaluationStatus.Pending ? 1 : 0,
        Evaluated = true,
    };
}
