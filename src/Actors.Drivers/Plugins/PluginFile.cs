using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Plugins;

/// <summary>Where a plugin's process is remembered, and where what it writes to stderr is kept.</summary>
/// <param name="File">The file of <see cref="PluginFile"/>.</param>
/// <param name="Log">Its log.</param>
internal sealed record PluginPlace(string File, string Log)
{
    /// <summary>How the files that remember plugins end.</summary>
    public const string FileEnding = ".json";

    /// <summary>That of a program.</summary>
    public static PluginPlace Of(string directory, string program) =>
        new(Path.Combine(directory, Path.GetFileName(program) + FileEnding), Path.Combine(directory, Path.GetFileName(program) + ".log"));
}

/// <summary>What is kept of a plugin's process.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="StartTicks">When it started: with the id, it is the one that was meant.</param>
/// <param name="Boot">The run of the machine that the two belong to.</param>
/// <param name="Program">The version of its program.</param>
/// <param name="Configuration">Names the configuration that it was told.</param>
/// <param name="Sockets">The directory that was made for its socket.</param>
/// <param name="Network">The kind of address that it listens at; "": it has not said yet.</param>
/// <param name="Address">Where it listens.</param>
internal sealed record PluginFile(int Pid, long StartTicks, string Boot, string Program, string Configuration, string Sockets, string Network = "", string Address = "")
{
    private const int Sigkill = 9;

    /// <summary>It runs.</summary>
    public bool IsAlive => Boot == ProcessTable.BootId && ProcessTable.IsAlive(Pid, StartTicks);

    /// <summary>That of a process that was just started.</summary>
    public static PluginFile Of(int pid, string path, string configuration, string sockets) =>
        new(pid, ProcessTable.Find(pid)?.StartTicks ?? 0, ProcessTable.BootId, VersionOf(path), configuration, sockets);

    /// <summary>Tells a program from the one that was under its path before.</summary>
    public static string VersionOf(string path) =>
        new FileInfo(path) is { Exists: true } file ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}") : path;

    /// <summary>What a file tells, or null.</summary>
    public static PluginFile? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PluginFile>(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            // The machine stopped while it was written: then the process is gone too.
            return null;
        }
    }

    public void Write(string path)
    {
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Kills the process, and waits for its end.</summary>
    public async Task KillAsync(TimeSpan within, TimeSpan look)
    {
        for (var began = Stopwatch.GetTimestamp(); IsAlive && Stopwatch.GetElapsedTime(began) < within; await Task.Delay(look).ConfigureAwait(false)) _ = Libc.Kill(Pid, Sigkill);
    }

    /// <summary>Removes what a plugin that was killed could not.</summary>
    public void RemoveSockets()
    {
        if (Directory.Exists(Sockets)) Directory.Delete(Sockets, recursive: true);
    }
}
