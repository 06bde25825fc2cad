using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <content>Names of versions.</content>
public static partial class JobDecisions
{
    private static Decision Tag(JobState state, TagJobVersion command, DecisionContext context)
    {
        var number = command.Version ?? state.Job.Version;
        if (state.FindVersion(number) is not { } version)
            return Decision.Refuse(RefusalKind.NotFound, $"job {state.Id} has no version {number}: it has {string.Join(", ", state.Versions.Select(v => v.Version))}");
        if (state.Versions.FirstOrDefault(v => v.VersionTag?.Name == command.Name) is { } other && other.Version != number)
            return Decision.Refuse(RefusalKind.Invalid, $"tag \"{command.Name}\" already exists on a different version of job {state.Id}: version {other.Version} has it");

        var tag = new JobVersionTag { Name = command.Name, Description = command.Description, TaggedTime = JobTransitions.Nanoseconds(context.Now) };
        if (version.VersionTag is { } had && had == tag with { TaggedTime = had.TaggedTime }) return Decision.Nothing(index => new CommandAccepted(index));

        return Decision.Of(new JobVersionTagged(state.Id, number, tag, command.Context.RequestId, context.Now), index => new CommandAccepted(index));
    }

    private static Decision Untag(JobState state, UntagJobVersion command, DecisionContext context)
    {
        if (state.Versions.FirstOrDefault(v => v.VersionTag?.Name == command.Name) is not { } version)
            return Decision.Refuse(RefusalKind.NotFound, $"tag \"{command.Name}\" not found on job {state.Id}");

        return Decision.Of(new JobVersionTagged(state.Id, version.Version, null, command.Context.RequestId, context.Now), index => new CommandAccepted(index));
    }
}
