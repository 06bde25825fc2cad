using System.Text;
using System.Text.RegularExpressions;
using Actors.Drivers.Processes;

namespace Actors.Drivers.RawExec;

/// <summary>
/// The few lines of shell that stand between the agent and a task. They outlive the agent and leave in the control
/// directory what a later agent asks: <c>supervisor</c> and <c>pid</c> (lines of <c>/proc/self/stat</c>), <c>exit</c> (the
/// exit code). The task has a session of its own, so that its process group is exactly what it started, and a signal to
/// that group leaves the supervisor alive to tell the exit code.
/// </summary>
internal static partial class RawExecScript
{
    /// <summary>The script's name in the control directory.</summary>
    public const string FileName = "run";

    /// <summary>The supervisor's <c>/proc/self/stat</c>, written first.</summary>
    public const string SupervisorFile = "supervisor";

    /// <summary>The task's <c>/proc/self/stat</c>, written just before it takes the shell's place.</summary>
    public const string PidFile = "pid";

    /// <summary>The task's exit code, written last.</summary>
    public const string ExitFile = "exit";

    /// <summary>The boot during which the task was started.</summary>
    public const string BootFile = "boot";

    /// <summary>Writes the script's text.</summary>
    /// <param name="control">The control directory.</param>
    /// <param name="setsid">The path of <c>setsid</c>.</param>
    /// <param name="workDirectory">Where the task starts.</param>
    /// <param name="command">The executable's path.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="environment">The task's environment: the shell passes on only names that it could use itself.</param>
    /// <param name="oomScoreAdjustment">For the kernel's choice of victims, or null.</param>
    /// <param name="keepOutput">False: the output goes nowhere.</param>
    public static string Write(
        string control,
        string setsid,
        string workDirectory,
        string command,
        IReadOnlyList<string> args,
        IReadOnlyDictionary<string, string> environment,
        long? oomScoreAdjustment,
        bool keepOutput)
    {
        var text = new StringBuilder();
        text.Append("exec </dev/null");
        if (keepOutput) text.Append($" >>{Quote(Path.Combine(control, "stdout"))} 2>>{Quote(Path.Combine(control, "stderr"))}");
        else text.Append(" >/dev/null 2>/dev/null");
        text.Append('\n');
        text.Append($"read -r line </proc/self/stat\necho \"$line\" >{Quote(Path.Combine(control, SupervisorFile))}\n");
        text.Append($"(\ncd {Quote(workDirectory)} || exit 125\n");
        if (oomScoreAdjustment is { } score) text.Append($"echo {score} >/proc/self/oom_score_adj\n");
        text.Append($"read -r line </proc/self/stat\necho \"$line\" >{Quote(Path.Combine(control, PidFile))}\nunset line\n");
        text.Append($"exec {Quote(setsid)}");
        var unspeakable = environment.Where(v => !ShellName().IsMatch(v.Key)).ToList();
        // .NET ignores SIGPIPE, and what is ignored stays so in every child: `yes | head` would not end as it does elsewhere.
        if (Executables.EnvResetsSignals) text.Append($" {Quote(Executables.Env)} --default-signal=PIPE");
        else if (unspeakable.Count > 0) text.Append($" {Quote(Executables.Env)}");
        foreach (var (name, value) in unspeakable) text.Append(' ').Append(Quote($"{name}={value}"));
        text.Append(' ').Append(Quote(command));
        foreach (var arg in args) text.Append(' ').Append(Quote(arg));
        text.Append($"\n)\necho $? >{Quote(Path.Combine(control, ExitFile))}\n");
        return text.ToString();
    }

    /// <summary>Text as one word of the shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex ShellName();
}
