using System.Text.Json;

namespace Actors.Drivers.Plugins;

/// <summary>What is kept of a plugin's task: the handle that the plugin gave, without the configuration, which may hold secrets.</summary>
/// <param name="Id">The plugin's name for the task.</param>
/// <param name="Version">The version of the state.</param>
/// <param name="State">The plugin's own state, in base 64; null: the task was about to be started.</param>
internal sealed record PluginTaskFile(string Id, int Version = 0, string? State = null)
{
    private const string FileName = "plugin-task.json";

    public static PluginTaskFile? Read(TaskConfig task)
    {
        var path = PathOf(task);
        return File.Exists(path) ? Parse(File.ReadAllText(path)) : null;
    }

    public static PluginTaskFile? Parse(string json) => JsonSerializer.Deserialize<PluginTaskFile>(json);

    public static void Write(TaskConfig task, PluginTaskFile file)
    {
        Directory.CreateDirectory(task.Paths.Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = PathOf(task);
        File.WriteAllText(path + ".new", file.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Delete(TaskConfig task)
    {
        if (Directory.Exists(task.Paths.Control)) File.Delete(PathOf(task));
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    private static string PathOf(TaskConfig task) => Path.Combine(task.Paths.Control, FileName);
}
