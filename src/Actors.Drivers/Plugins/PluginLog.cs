using System.Text;

namespace Actors.Drivers.Plugins;

/// <summary>What a plugin writes to its stderr: a file that is emptied when it grows too long.</summary>
/// <param name="path">The file.</param>
internal sealed class PluginLog(string path)
{
    private const long MaxBytes = 4 * 1024 * 1024;
    private const int LastBytes = 1024;
    private const int LastLines = 3;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>The last lines; "": there are none.</summary>
    public string LastWords
    {
        get
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(-Math.Min(LastBytes, file.Length), SeekOrigin.End);
            var lines = new StreamReader(file, Encoding.UTF8).ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return lines.Length == 0 ? "" : $"; it wrote: {string.Join(" / ", lines.TakeLast(LastLines))}";
        }
    }

    /// <summary>The log of a plugin that is about to be started.</summary>
    public static PluginLog Begin(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        return new PluginLog(path);
    }

    /// <summary>Adds to it.</summary>
    public void Append(string text) => File.AppendAllText(path, text);

    /// <summary>Looks after its length until the plugin has ended.</summary>
    public async Task KeepShortAsync(Task ended, TimeProvider time)
    {
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(Period, time)).ConfigureAwait(false);
            if (new FileInfo(path) is not { Exists: true, Length: > MaxBytes }) continue;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(0);
        }
    }
}
