using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Xunit;

namespace Actors.State.Tests;

public sealed class EvaluationSpecs
{
    private readonly TestRegion region = new();
    private readonly EvaluationId evaluation;

    public EvaluationSpecs() => evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;

    [Fact]
    public void A_pending_one_can_be_cancelled_once()
    {
        var first = (CommandAccepted)region.Send(new CancelEvaluation(region.Context(), evaluation, "a newer one"));
        var second = (CommandAccepted)region.Send(new CancelEvaluation(region.Context(), evaluation, "a newer one"));

        Assert.Equal((EvaluationStatus.Cancelled, "a newer one"), (Now.Status, Now.StatusDescription));
        Assert.Equal((first.Index, region.State.Index), (second.Index, first.Index));
    }

    [Fact]
    public void One_that_failed_leaves_a_follow_up()
    {
        var followUp = Now with { Id = EvaluationId.From(region.NewId()), TriggeredBy = EvaluationTriggers.FailedFollowUp, WaitUntil = region.Now.AddMinutes(1), PreviousEvaluation = evaluation };
        region.Send(new FailEvaluation(region.Context(), evaluation, "too often", followUp));

        Assert.Equal((EvaluationStatus.Failed, followUp.Id), (Now.Status, Now.NextEvaluation));
        Assert.Equal(region.State.Index, region.State.FindEvaluation(followUp.Id)!.CreateIndex);
    }

    [Fact]
    public void A_blocked_one_wakes_up_as_pending()
    {
        region.Write(region.PlanFor(evaluation) with { Status = EvaluationStatus.Blocked, ClassEligibility = new Dictionary<string, bool> { ["v1:1"] = true } });
        Assert.True(Now.ClassEligibility["v1:1"]);
        region.Send(new UnblockEvaluation(region.Context(), evaluation, "room"));
        Assert.Equal(EvaluationStatus.Pending, Now.Status);
    }

    [Fact]
    public void What_has_ended_does_not_change_any_more()
    {
        region.Write(region.PlanFor(evaluation));
        IEvaluationCommand[] commands = [new CancelEvaluation(region.Context(), evaluation, ""), new FailEvaluation(region.Context(), evaluation, "", null), new UnblockEvaluation(region.Context(), evaluation, "")];
        Assert.All(commands, command =>
        {
            var refused = Assert.IsType<CommandRefused>(region.Send(command));
            Assert.Equal(RefusalKind.Conflict, refused.Kind);
            Assert.Contains("is complete: it can't become", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_unknown_one_is_not_found() =>
        Assert.Equal(RefusalKind.NotFound, Assert.IsType<CommandRefused>(region.Send(new CancelEvaluation(region.Context(), EvaluationId.From(region.NewId()), ""))).Kind);

    private Evaluation Now => region.State.FindEvaluation(evaluation)!;
}
