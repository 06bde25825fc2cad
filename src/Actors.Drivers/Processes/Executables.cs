using System.Diagnostics;
using System.Globalization;

namespace Actors.Drivers.Processes;

/// <summary>A user of this machine.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Group">The id of its group.</param>
/// <param name="Groups">The ids of the further groups that it is in.</param>
internal sealed record UserIds(int Id, int Group, IReadOnlyList<int> Groups);

/// <summary>Finds programs and users on this machine.</summary>
internal static class Executables
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Where the agent itself finds programs.</summary>
    private static string AgentPath => Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";

    /// <summary>The path of <c>setsid</c>, or null.</summary>
    public static string? Setsid { get; } = Find("setsid", AgentPath);

    /// <summary>
    /// The words before a command that is to have the signals of a freshly started process. What is ignored stays so in
    /// every child: .NET ignores SIGPIPE (<c>yes | head</c> would not end), and a shell without a terminal starts what it
    /// sends to the background, as an agent may be, with SIGINT and SIGQUIT ignored. Empty where <c>env</c> can't do it
    /// (coreutils before 8.31).
    /// </summary>
    public static IReadOnlyList<string> FreshSignals { get; } = FindFreshSignals();

    /// <summary>The path of <c>env</c>: a task's own path variable may not lead to it.</summary>
    public static string Env { get; } = Find("env", AgentPath) ?? "/usr/bin/env";

    /// <summary>The words before a command that joins a network namespace: only then does it become its user, who could not join it.</summary>
    /// <param name="network">The namespace's path.</param>
    /// <param name="user">The user; "": the agent's own.</param>
    /// <exception cref="DriverException">The program or the user is not there.</exception>
    public static IReadOnlyList<string> Enter(string network, string user)
    {
        var program = Find("nsenter", AgentPath)
            ?? throw new DriverException("the program nsenter (util-linux) is not in PATH: a task can't join its group's network without it", recoverable: false);
        if (user.Length == 0) return [program, $"--net={network}"];
        var ids = FindUser(user);
        return [program, $"--net={network}", $"--setuid={ids.Id}", $"--setgid={ids.Group}"];
    }

    /// <summary>The words before a command that becomes a user, with the groups that the user is in.</summary>
    /// <exception cref="DriverException">The program or the user is not there, or the agent may not.</exception>
    public static IReadOnlyList<string> Become(string user)
    {
        if (!Environment.IsPrivilegedProcess && user != Environment.UserName)
            throw new DriverException($"user: an agent that is not root can't run a task as \"{user}\"", recoverable: false);
        if (!Environment.IsPrivilegedProcess) return [];
        var program = Find("setpriv", AgentPath)
            ?? throw new DriverException("the program setpriv (util-linux) is not in PATH: a task can't run as another user without it", recoverable: false);
        var ids = FindUser(user);
        return [program, $"--reuid={ids.Id}", $"--regid={ids.Group}", ids.Groups.Count == 0 ? "--clear-groups" : $"--groups={string.Join(',', ids.Groups)}"];
    }

    /// <summary>The path of a task's command: in its <c>local</c> directory, its directory, its working directory, or the path variable.</summary>
    /// <exception cref="DriverException">It is not there, or not executable.</exception>
    public static string Resolve(string command, TaskPaths paths, string workDirectory, string? path, string place = "config.command")
    {
        if (command.Length == 0) throw new DriverException($"{place}: is required, and empty", recoverable: false);
        string[] places = Path.IsPathRooted(command)
            ? [command]
            : [Path.Combine(paths.Local, command), Path.Combine(paths.Task, command), Path.Combine(workDirectory, command)];
        var there = places.FirstOrDefault(File.Exists);
        if (there is null && !command.Contains('/', StringComparison.Ordinal))
            there = Find(command, path ?? AgentPath);

        if (there is null)
            throw new DriverException($"{place}: there is no executable \"{command}\" in the task's directory{(command.Contains('/', StringComparison.Ordinal) ? "" : " or in PATH")}", recoverable: false);

        return IsExecutable(there)
            ? there
            : throw new DriverException($"{place}: \"{there}\" is not executable", recoverable: false);
    }

    /// <summary>A user of this machine, by name or number, with or without a group: <c>user[:group]</c>.</summary>
    /// <exception cref="DriverException">There is none.</exception>
    public static UserIds FindUser(string name)
    {
        var parts = name.Split(':', 2);
        var entries = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(f => f.Length >= 4);
        var entry = entries.FirstOrDefault(f => f[0] == parts[0] || f[2] == parts[0]);
        var groups = File.ReadLines("/etc/group").Select(line => line.Split(':')).Where(f => f.Length >= 4).ToList();
        var id = entry is not null ? Number(entry[2]) : int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new DriverException($"user: there is no user \"{parts[0]}\" on this node", recoverable: false);
        var group = parts.Length == 1
            ? entry is not null ? Number(entry[3]) : id
            : groups.FirstOrDefault(g => g[0] == parts[1] || g[2] == parts[1]) is { } named ? Number(named[2])
            : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var groupNumber) ? groupNumber
            : throw new DriverException($"user: there is no group \"{parts[1]}\" on this node", recoverable: false);
        var further = entry is null ? [] : groups.Where(g => g[3].Split(',').Contains(entry[0])).Select(g => Number(g[2])).Where(g => g != group);
        return new UserIds(id, group, [.. further]);

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>An executable file of a name in a list of directories, or null.</summary>
    public static string? Find(string name, string path) => path
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(candidate => File.Exists(candidate) && IsExecutable(candidate));

    private static IReadOnlyList<string> FindFreshSignals()
    {
        const string Reset = "--default-signal=INT,QUIT,PIPE";
        if (Find("env", AgentPath) is not { } env) return [];
        using var probe = Process.Start(new ProcessStartInfo(env, [Reset, "true"]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true });
        return probe is not null && probe.WaitForExit(TimeSpan.FromSeconds(5)) && probe.ExitCode == 0 ? [env, Reset] : [];
    }

    private static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
