using Actors.Contracts;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.State.Tests;

/// <summary>Names and texts of versions, and the history of scaling.</summary>
public sealed class VersionSpecs
{
    private static readonly JobId Web = new("default", "web");
    private readonly TestRegion region = new();

    [Fact]
    public void A_version_gets_a_name_and_is_kept_for_it()
    {
        region.Register(TestRegion.NewJob());
        Assert.IsType<CommandAccepted>(region.Send(new TagJobVersion(region.Context(), Web, null, "golden", "the first")));
        for (var i = 2; i <= 10; i++) region.Register(TestRegion.NewJob(count: i));

        var tagged = region.State.FindJob(Web)!.FindVersion(0)!.VersionTag!;
        Assert.Equal(("golden", "the first"), (tagged.Name, tagged.Description));
    }

    [Fact]
    public void A_name_belongs_to_one_version_until_it_is_taken_away()
    {
        region.Register(TestRegion.NewJob());
        region.Register(TestRegion.NewJob(count: 2));
        region.Send(new TagJobVersion(region.Context(), Web, 0, "golden", ""));

        Assert.Contains("version 0 has it", Refused(new TagJobVersion(region.Context(), Web, 1, "golden", "")).Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotFound, Refused(new TagJobVersion(region.Context(), Web, 7, "other", "")).Kind);
        Assert.Equal(RefusalKind.NotFound, Refused(new UntagJobVersion(region.Context(), Web, "other")).Kind);

        region.Send(new UntagJobVersion(region.Context(), Web, "golden"));
        Assert.Null(region.State.FindJob(Web)!.FindVersion(0)!.VersionTag);
        Assert.IsType<CommandAccepted>(region.Send(new TagJobVersion(region.Context(), Web, 1, "golden", "")));
    }

    [Fact]
    public void The_text_of_a_version_is_kept_as_long_as_the_version_and_comes_back_with_a_revert()
    {
        for (var i = 0; i <= 6; i++)
        {
            var job = TestRegion.NewJob(count: i + 1);
            region.Send(new RegisterJob(region.Context(), Web, job, Submission: new JobSubmission { Source = $"count {i + 1}" }));
        }

        var state = region.State.FindJob(Web)!;
        Assert.Null(state.FindSubmission(0));
        Assert.Equal("count 4", state.FindSubmission(3)!.Source);

        region.Send(new RevertJob(region.Context(), Web, 3));
        Assert.Equal("count 4", region.State.FindJob(Web)!.FindSubmission(7)!.Source);
    }

    [Fact]
    public void Scaling_is_told_with_the_count_before_and_the_evaluation_that_came_of_it()
    {
        region.Register(TestRegion.NewJob());

        var changed = (JobChanged)region.Send(new ScaleJob(region.Context(), Web, "app", 3, "load"));
        region.Send(new ScaleJob(region.Context(), Web, "app", null, "no metrics", Error: true));

        Assert.Equal(region.State.FindJob(Web)!.Job.JobModifyIndex, changed.JobModifyIndex);
        Assert.Collection(
            region.State.FindJob(Web)!.Scalings!,
            scaled => Assert.Equal((3, 1, "load", false, changed.EvaluationId), (scaled.Count, scaled.PreviousCount, scaled.Message, scaled.Error, scaled.EvaluationId)),
            failed => Assert.Equal((null, 3, "no metrics", true), (failed.Count, failed.PreviousCount, failed.Message, failed.Error)));
        Assert.Equal(3, region.State.FindJob(Web)!.Job.TaskGroups[0].Count);
        Assert.Equal(RefusalKind.Invalid, Refused(new ScaleJob(region.Context(), Web, "app", 3, "", Error: true)).Kind);
    }

    [Fact]
    public void A_retried_scaling_is_told_once()
    {
        region.Register(TestRegion.NewJob());
        var command = new ScaleJob(region.Context("scale-1"), Web, "app", 3, "load");

        Assert.Equal(region.Send(command), region.Send(command));
        Assert.Single(region.State.FindJob(Web)!.Scalings!);
    }

    private CommandRefused Refused(IRegionCommand command) => Assert.IsType<CommandRefused>(region.Send(command));
}
