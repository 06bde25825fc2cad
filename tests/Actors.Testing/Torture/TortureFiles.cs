namespace Actors.Testing.Torture;

/// <summary>What the tasks of some drivers run: a class of Java's, the boot sector of a virtual machine, and a plugin.</summary>
/// <param name="folder">Where they lie.</param>
internal sealed class TortureFiles(string folder)
{
    /// <summary>The class: sleeps for ever.</summary>
    public const string Class = "Main.class";

    /// <summary>The boot sector: halts for ever.</summary>
    public const string BootSector = "boot.img";

    /// <summary>The plugin's driver, and its file.</summary>
    public const string Plugin = "script";

    private const int SectorBytes = 512;

    /// <summary>Where they lie.</summary>
    public string Folder => folder;

    /// <summary>Where the plugin lies.</summary>
    public string Plugins => Path.Combine(folder, "plugins");

    /// <summary>Makes them.</summary>
    public async Task MakeAsync()
    {
        Directory.CreateDirectory(Plugins);
        // Interrupts off, halt, and the same again should it go on; a sector that boots ends with a mark.
        var sector = new byte[SectorBytes];
        ((byte[])[0xFA, 0xF4, 0xEB, 0xFD]).CopyTo(sector, 0);
        ((byte[])[0x55, 0xAA]).CopyTo(sector, SectorBytes - 2);
        await File.WriteAllBytesAsync(Path.Combine(folder, BootSector), sector);

        await File.WriteAllTextAsync(Path.Combine(folder, "Main.java"), "public class Main { public static void main(String[] args) throws Exception { Thread.sleep(Long.MAX_VALUE); } }");
        var compiled = await Shell.RunAsync($"cd {folder} && javac Main.java");
        if (compiled.ExitCode != 0) throw new InvalidOperationException($"the class could not be made: {compiled.Output}");

        var plugin = Path.Combine(Plugins, Plugin);
        await File.WriteAllTextAsync(plugin, $"#!/bin/sh\nexec {Path.Combine(AppContext.BaseDirectory, "script-driver")}\n");
        await Shell.RunAsync($"chmod 755 {plugin}");
    }
}
