using Actors.Cli.Agent;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Allocations;
using Actors.Cli.Commands.Benches;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Commands.Evaluations;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Commands.Nodes;
using Actors.Cli.Commands.Operators;
using Actors.Cli.Commands.Volumes;
using Actors.Cli.Quickstart;

namespace Actors.Cli.Commands;

/// <summary>All commands by name. A command's flags and texts are made only when it is called: a process that runs one command should not pay for sixty.</summary>
internal static class Catalogue
{
    /// <summary>A command's place in the list.</summary>
    /// <param name="Name">Its words.</param>
    /// <param name="Summary">What it does, in a few words.</param>
    /// <param name="Make">Makes it.</param>
    /// <param name="IsAlias">It is another name for a command that is listed.</param>
    internal sealed record Entry(string Name, string Summary, Func<Command> Make, bool IsAlias = false);

    private static readonly Entry[] Entries =
    [
        new("agent", "Run an agent: server, client, or both", AgentCommand.Make),
        new("quickstart", "Start a development agent and run a sample job on it", QuickstartCommand.Make),
        new("init", "Write a sample job file (job init)", JobInitCommand.Make),
        new("run", "Run a job, or make it as its file now says (job run)", JobRunCommand.Make),
        new("plan", "Show what running a job file would change (job plan)", JobPlanCommand.Make),
        new("status", "Show jobs, one job, or whatever has this id", StatusCommand.Make),
        new("why", "Say why a job, allocation, evaluation or deployment is as it is", WhyCommand.Make),
        new("stop", "Stop a job (job stop)", JobStopCommand.Make),
        new("validate", "Check a job file (job validate)", JobValidateCommand.Make),
        new("inspect", "Show a job as JSON (job inspect)", JobInspectCommand.Make, IsAlias: true),
        new("fmt", "Put job files into their usual layout", FormatCommand.Make),
        new("version", "Show the version", VersionCommand.Make),
        new("job init", "Write a sample job file", JobInitCommand.Make),
        new("job run", "Run a job, or make it as its file now says", JobRunCommand.Make),
        new("job plan", "Show what running a job file would change", JobPlanCommand.Make),
        new("job status", "Show jobs, or one job", JobStatusCommand.Make),
        new("job stop", "Stop a job", JobStopCommand.Make),
        new("job validate", "Check a job file", JobValidateCommand.Make),
        new("job inspect", "Show a job as JSON or HCL", JobInspectCommand.Make),
        new("job schema", "Show the JSON Schema of a job", JobSchemaCommand.Make),
        new("job history", "Show a job's versions", JobHistoryCommand.Make),
        new("job revert", "Go back to a version of a job", JobRevertCommand.Make),
        new("job start", "Run a stopped job again", JobStartCommand.Make),
        new("start", "Run a stopped job again (job start)", JobStartCommand.Make, IsAlias: true),
        new("job dispatch", "Launch a child of a parameterized job", JobDispatchCommand.Make),
        new("job periodic force", "Launch a child of a periodic job now", JobPeriodicForceCommand.Make),
        new("job restart", "Restart the running allocations of a job", JobRestartCommand.Make),
        new("job promote", "Promote the canaries of a job's latest deployment", JobPromoteCommand.Make),
        new("job tag apply", "Give a version of a job a name", JobTagApplyCommand.Make),
        new("job tag unset", "Take a name from a version of a job", JobTagUnsetCommand.Make),
        new("job scaling-events", "Show how a job was scaled", JobScalingEventsCommand.Make),
        new("job scale", "Change the count of a group", JobScaleCommand.Make),
        new("job eval", "Look at a job again", JobEvalCommand.Make),
        new("job allocs", "Show a job's allocations", JobAllocsCommand.Make),
        new("job deployments", "Show a job's deployments", JobDeploymentsCommand.Make),
        new("node status", "Show nodes, or one node", NodeStatusCommand.Make),
        new("node eligibility", "Let allocations come to a node, or not", NodeEligibilityCommand.Make),
        new("node drain", "Move the allocations off a node", NodeDrainCommand.Make),
        new("alloc status", "Show an allocation", AllocStatusCommand.Make),
        new("alloc logs", "Show what a task writes", AllocLogsCommand.Make),
        new("alloc fs", "Look into an allocation's folder", AllocFsCommand.Make),
        new("alloc exec", "Run a command inside a task", AllocExecCommand.Make),
        new("alloc stats", "Show what the tasks of an allocation use now", AllocStatsCommand.Make),
        new("alloc checks", "Show how an allocation's checks last went", AllocChecksCommand.Make),
        new("alloc stop", "Stop an allocation, and place it anew", AllocStopCommand.Make),
        new("alloc restart", "Restart the tasks of an allocation where it is", AllocRestartCommand.Make),
        new("alloc signal", "Send a signal to the tasks of an allocation", AllocSignalCommand.Make),
        new("exec", "Run a command inside a task (alloc exec)", AllocExecCommand.Make, IsAlias: true),
        new("logs", "Show what a task writes (alloc logs)", AllocLogsCommand.Make, IsAlias: true),
        new("fs", "Look into an allocation's folder (alloc fs)", AllocFsCommand.Make, IsAlias: true),
        new("eval status", "Show an evaluation, and why it placed what where", EvalStatusCommand.Make),
        new("eval list", "Show evaluations", EvalListCommand.Make),
        new("deployment list", "Show deployments", DeploymentListCommand.Make),
        new("deployment status", "Show a deployment", DeploymentStatusCommand.Make),
        new("deployment promote", "Promote the canaries of a deployment", DeploymentPromoteCommand.Make),
        new("deployment fail", "End a deployment as failed", DeploymentFailCommand.Make),
        new("deployment pause", "Halt a deployment", DeploymentPauseCommand.Make),
        new("deployment resume", "Go on with a halted deployment", DeploymentResumeCommand.Make),
        new("server members", "Show the servers of the region", ServerMembersCommand.Make),
        new("system gc", "Forget what has ended, now", SystemGcCommand.Make),
        new("operator scheduler get-config", "Show how the scheduler is set up", SchedulerGetCommand.Make),
        new("operator scheduler set-config", "Set the scheduler up", SchedulerSetCommand.Make),
        new("namespace list", "Show the namespaces", NamedThings.Namespaces.MakeList),
        new("namespace status", "Show a namespace", () => NamedThings.Namespaces.MakeStatus("status")),
        new("namespace inspect", "Show a namespace as JSON", () => NamedThings.Namespaces.MakeStatus("inspect")),
        new("namespace apply", "Make or change a namespace", NamedThings.Namespaces.MakeApply),
        new("namespace delete", "Remove a namespace", NamedThings.Namespaces.MakeDelete),
        new("node pool list", "Show the node pools", NamedThings.NodePools.MakeList),
        new("node pool info", "Show a node pool", () => NamedThings.NodePools.MakeStatus("info")),
        new("node pool apply", "Make or change a node pool", NamedThings.NodePools.MakeApply),
        new("node pool delete", "Remove a node pool", NamedThings.NodePools.MakeDelete),
        new("volume init", "Write a sample volume file", VolumeInitCommand.Make),
        new("volume create", "Make a host volume", VolumeApplyCommands.Create.Make),
        new("volume register", "Make a directory of a node known as a host volume", VolumeApplyCommands.Register.Make),
        new("volume status", "Show volumes, or one volume", VolumeStatusCommand.Make),
        new("volume delete", "Delete a host volume", VolumeDeleteCommand.Make),
        new("scaling policy list", "Show the scaling policies", ScalingPolicyListCommand.Make),
        new("scaling policy info", "Show a scaling policy", ScalingPolicyInfoCommand.Make),
        new("bench clients", "Simulate clients, to see what a region bears", BenchClientsCommand.Make),
        new("bench jobs", "Submit many jobs, and measure until all of them run", BenchJobsCommand.Make),
        new("operator api", "Send a request to the HTTP API", OperatorApiCommand.Make),
        new("alloc-status", "Old name of alloc status", AllocStatusCommand.Make, IsAlias: true),
        new("node-status", "Old name of node status", NodeStatusCommand.Make, IsAlias: true),
        new("node-drain", "Old name of node drain", NodeDrainCommand.Make, IsAlias: true),
        new("eval-status", "Old name of eval status", EvalStatusCommand.Make, IsAlias: true),
        new("server-members", "Old name of server members", ServerMembersCommand.Make, IsAlias: true),
    ];

    private const int MostWords = 3;

    /// <summary>Every first word of a command.</summary>
    public static IEnumerable<string> FirstWords => Entries.Select(entry => entry.Name.Split(' ')[0]).Distinct();

    /// <summary>Every command that has a name of its own.</summary>
    public static IEnumerable<Entry> All => Entries.Where(entry => !entry.IsAlias);

    /// <summary>The command that the words begin with, and how many of them are its name.</summary>
    public static (Entry? Entry, int Words) Find(IReadOnlyList<string> args)
    {
        for (var words = Math.Min(args.Count, MostWords); words > 0; words--)
        {
            var name = string.Join(' ', args.Take(words));
            if (Array.Find(Entries, entry => entry.Name == name) is { } found)
                return (found, words);
        }

        return (null, 0);
    }

    /// <summary>The commands of a group by their second word; of "", the first words with their summaries.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Within(string group)
    {
        if (group.Length > 0)
            return [.. All.Where(entry => entry.Name.StartsWith(group + " ", StringComparison.Ordinal)).Select(entry => (entry.Name[(group.Length + 1)..], entry.Summary))];
        return [.. All.GroupBy(entry => entry.Name.Split(' ')[0]).Select(words => words.Any(entry => !entry.Name.Contains(' '))
            ? (words.Key, words.First(entry => !entry.Name.Contains(' ')).Summary)
            : (words.Key, $"{string.Join(", ", words.Select(entry => entry.Name[(words.Key.Length + 1)..]))}"))];
    }
}
