using System.Diagnostics;
using System.Text;
using Actors.Drivers.Files;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Supervision;

/// <summary>Starts supervising shells.</summary>
internal static class Supervisor
{
    // A process is there within a few milliseconds; longer than this, something is badly wrong with the machine.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Makes the control directory ready, and writes the script into it.</summary>
    public static void Prepare(TaskConfig task, string script)
    {
        var control = Directory.CreateDirectory(task.Paths.Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        foreach (var name in (string[])[SupervisorScript.SupervisorFile, SupervisorScript.PidFile, SupervisorScript.ExitFile])
            File.Delete(Path.Combine(control, name));

        File.WriteAllText(Path.Combine(control, SupervisorScript.BootFile), ProcessTable.BootId);
        var path = Path.Combine(control, SupervisorScript.FileName);
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(Encoding.UTF8.GetBytes(script));
    }

    /// <summary>Lets a user open what its task's output goes to once more, as programs do that write to <c>/dev/stdout</c>.</summary>
    public static void GiveOutput(string control, string userName)
    {
        if (!Environment.IsPrivilegedProcess) return;
        var user = Executables.FindUser(userName);
        foreach (var output in (string[])[Path.Combine(control, "stdout"), Path.Combine(control, "stderr")])
        {
            PlainFiles.OpenToWrite(output).Dispose();
            if (Libc.Chown(output, user.Id, user.Group) is var error and not 0)
                throw new DriverException($"could not give {output} to user {userName}: error {error}", recoverable: false);
        }
    }

    /// <summary>
    /// Starts the script in a session of its own. What is returned tells whether it ended while the task starts, and is not kept for longer: with
    /// its buffers it is the largest thing there is of a task, and the runtime reaps the shell without it.
    /// </summary>
    /// <param name="control">The control directory.</param>
    /// <param name="environment">The script's environment.</param>
    /// <param name="network">The network namespace that it joins; null: the host's.</param>
    public static Process Spawn(string control, IReadOnlyDictionary<string, string> environment, string? network = null)
    {
        IReadOnlyList<string> command =
        [
            .. Executables.FreshSignals,
            .. network is null ? [] : Executables.Enter(network, ""),
            Executables.Setsid!, "/bin/sh", Path.Combine(control, SupervisorScript.FileName),
        ];
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            // Redirected, a child is no user of the agent's terminal; the script replaces the pipes at once.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in command.Skip(1)) start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new DriverException("the operating system started no process", recoverable: true);
        process.StandardInput.Dispose();
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
        return process;
    }

    /// <summary>Waits until the task's main process is there.</summary>
    /// <param name="supervisor">The supervising shell.</param>
    /// <param name="started">Looks whether the main process is there: its process, or null.</param>
    /// <param name="failure">Why it is not, when the supervisor ended before it was.</param>
    /// <param name="time">The clock.</param>
    public static async Task<SupervisedProcess> WaitAsync(
        Process supervisor, Func<SupervisedProcess?> started, Func<DriverException> failure, TimeProvider time)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var ended = supervisor.HasExited;
            if (started() is { } process) return process;
            if (ended) throw failure();
            if (time.GetElapsedTime(began) > StartDeadline)
            {
                supervisor.Kill(entireProcessTree: true);
                throw new DriverException($"no process was there after {StartDeadline.TotalSeconds:0} s", recoverable: true);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), time).ConfigureAwait(false);
        }
    }
}
