using Actors.Drivers.Config;

namespace Actors.Drivers.Isolation;

/// <summary>The keys that all isolated tasks have.</summary>
internal static class IsolationSchema
{
    /// <summary>The keys.</summary>
    public static IReadOnlyList<ConfigField> Fields { get; } =
    [
        new("pid_mode", ConfigKind.Text) { OneOf = ["", "private", "host"] },
        new("ipc_mode", ConfigKind.Text) { OneOf = ["", "private", "host"] },
        new("cap_add", ConfigKind.TextList),
        new("cap_drop", ConfigKind.TextList),
        new("work_dir", ConfigKind.Text),
        new("pids_limit", ConfigKind.Integer),
    ];

    /// <summary>What those keys say of a command.</summary>
    public static IsolatedLaunch Launch(ConfigReader config, IReadOnlyList<string> command) => new()
    {
        Command = command,
        WorkDirectory = config.Text("work_dir") is { Length: > 0 } directory ? Path.GetFullPath(directory, "/") : "/",
        PidMode = config.Text("pid_mode"),
        IpcMode = config.Text("ipc_mode"),
        AddedCapabilities = config.TextList("cap_add") ?? [],
        DroppedCapabilities = config.TextList("cap_drop") ?? [],
        PidsLimit = config.Integer("pids_limit"),
    };

    /// <summary>A command as the task sees it: a plain name may lie in its <c>local</c> directory or in its root, else it is in its path.</summary>
    public static string Locate(TaskConfig task, string command)
    {
        if (command.Length == 0) throw new DriverException("config.command: is required, and empty", recoverable: false);
        if (command.Contains('/', StringComparison.Ordinal)) return command;
        if (File.Exists(Path.Combine(task.Paths.Local, command))) return $"/local/{command}";
        return File.Exists(Path.Combine(task.Paths.Task, command)) ? $"/{command}" : command;
    }
}
