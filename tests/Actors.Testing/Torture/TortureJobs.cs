namespace Actors.Testing.Torture;

/// <summary>The jobs whose allocations churn: for each driver some that run for ever, some that fail and some that end; of some the group has a network of its own.</summary>
internal static class TortureJobs
{
    /// <summary>Only these drivers are tortured; those that need a file only when it is there.</summary>
    private static readonly Dictionary<string, TortureDriver> Drivers = new()
    {
        ["raw_exec"] = new(line => $"command = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]"),
        ["exec"] = new(line => $"command = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]"),
        ["docker"] = new(line => $"image = \"{TortureImage.Name}\"\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]"),
        ["podman"] = new(line => $"image = \"{TorturePodman.Image}\"\nnetwork_mode = \"none\"\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]") { Share = 4, JoinsNetworks = false },
        [TortureFiles.Plugin] = new(line => $"script = \"{line}\""),
        ["java"] = new(_ => "class = \"Main\"\nclass_path = \"/local\"\njvm_options = [\"-Xmx16m\", \"-Xshare:auto\", \"-XX:TieredStopAtLevel=1\"]") { File = TortureFiles.Class, Memory = 100, Share = 8 },
        ["qemu"] = new(_ => $"image_path = \"local/{TortureFiles.BootSector}\"\naccelerator = \"tcg\"") { File = TortureFiles.BootSector, Memory = 128, Share = 8 },
    };

    private static readonly (string Name, string Type, string Line, string Network)[] Kinds =
    [
        ("runs", "service", "while true; do /bin/busybox sleep 1; done", ""),
        ("fails", "service", "/bin/busybox sleep 2; exit 1", ""),
        ("ends", "batch", "/bin/busybox sleep 1", ""),
        ("bridged", "service", "while true; do /bin/busybox sleep 1; done", "network {\nmode = \"bridge\"\nport \"a\" {\nto = 80\n}\n}"),
    ];

    /// <summary>All of a torture.</summary>
    /// <param name="prefix">With what their ids begin.</param>
    /// <param name="drivers">The drivers that the node has.</param>
    /// <param name="files">Where the files are that some drivers' tasks need; null: those are left out.</param>
    public static IReadOnlyList<TortureJob> For(string prefix, IEnumerable<string> drivers, string? files) =>
    [
        .. from driver in drivers
           where Drivers.ContainsKey(driver)
           let tortured = Drivers[driver]
           where tortured.File.Length == 0 || files is not null
           from kind in Kinds
           where tortured.File.Length == 0 || kind.Name == "runs"
           where tortured.JoinsNetworks || kind.Network.Length == 0
           select new TortureJob($"{prefix}-{driver}-{kind.Name}", kind.Name is "runs" or "bridged", tortured.Share, (count, version) => $$"""
               job "{{prefix}}-{{driver}}-{{kind.Name}}" {
                 type = "{{kind.Type}}"
                 group "g" {
                   count = {{count}}
                   {{kind.Network}}
                   restart {
                     attempts = 2
                     interval = "10s"
                     delay    = "300ms"
                     mode     = "fail"
                   }
                   reschedule {
                     delay          = "5s"
                     delay_function = "constant"
                     unlimited      = true
                     attempts       = 0
                   }
                   ephemeral_disk {
                     size = 20
                   }
                   task "t" {
                     driver       = "{{driver}}"
                     kill_timeout = "1s"
                     logs {
                       max_files     = 1
                       max_file_size = 5
                     }
                     env {
                       VERSION = "{{version}}"
                     }
                     {{(tortured.File.Length == 0 ? "" : $"artifact {{\nsource = \"file://{files}/{tortured.File}\"\ndestination = \"local/\"\n}}")}}
                     config {
                       {{tortured.Config(kind.Line)}}
                     }
                     resources {
                       cpu    = 1
                       memory = {{tortured.Memory}}
                     }
                   }
                 }
               }
               """),
    ];
}

/// <summary>A job of a torture.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RunsForEver">Its tasks run until they are stopped.</param>
/// <param name="Share">It has one in so many of the allocations that others have.</param>
/// <param name="Text">Its job file with a count and a version.</param>
internal sealed record TortureJob(string Id, bool RunsForEver, int Share, Func<int, int, string> Text);

/// <summary>How a driver's tasks are tortured.</summary>
/// <param name="Config">What runs a line of shell, or what the driver runs in its place.</param>
internal sealed record TortureDriver(Func<string, string> Config)
{
    /// <summary>The file that its tasks run; "": none. Such tasks only run for ever.</summary>
    public string File { get; init; } = "";

    /// <summary>The memory of each task, in MiB.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>It has one in so many of the allocations that others have.</summary>
    public int Share { get; init; } = 1;

    /// <summary>Its tasks join their group's network.</summary>
    public bool JoinsNetworks { get; init; } = true;
}
