using System.Text;

namespace Actors.Drivers.Supervision;

/// <summary>
/// The few lines of shell that stand between the agent and a task. They outlive the agent and leave in the control
/// directory what a later agent asks: <c>supervisor</c> and <c>pid</c> (lines of <c>/proc/self/stat</c>), <c>exit</c> (the
/// exit code, last of all).
/// </summary>
internal static class SupervisorScript
{
    /// <summary>The script's name in the control directory.</summary>
    public const string FileName = "run";

    /// <summary>The supervisor's <c>/proc/self/stat</c>, written first.</summary>
    public const string SupervisorFile = "supervisor";

    /// <summary>The <c>/proc/&lt;pid&gt;/stat</c> of the task's main process.</summary>
    public const string PidFile = "pid";

    /// <summary>The task's exit code, written last.</summary>
    public const string ExitFile = "exit";

    /// <summary>The boot during which the task was started.</summary>
    public const string BootFile = "boot";

    /// <summary>The lines of shell that write the reading process's own <c>/proc/self/stat</c> to a file.</summary>
    public static string WriteOwnStat(string path) => $"read -r line </proc/self/stat\necho \"$line\" >{Quote(path)}\nunset line\n";

    /// <summary>Writes the script's text.</summary>
    /// <param name="task">The task.</param>
    /// <param name="body">What runs the task: its lines leave the task's exit code in <c>$code</c>.</param>
    public static string Write(TaskConfig task, string body)
    {
        var control = task.Paths.Control;
        var output = task.Output ?? (task.Logs.Disabled ? null : new TaskOutput(Path.Combine(control, "stdout"), Path.Combine(control, "stderr")));
        var text = new StringBuilder();
        text.Append("exec </dev/null");
        text.Append(output is null ? " >/dev/null 2>/dev/null" : $" >>{Quote(output.StdoutPath)} 2>>{Quote(output.StderrPath)}");
        text.Append('\n').Append(WriteOwnStat(Path.Combine(control, SupervisorFile))).Append(body);
        text.Append($"echo $code >{Quote(Path.Combine(control, ExitFile))}\n");
        return text.ToString();
    }

    /// <summary>Text as one word of the shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
