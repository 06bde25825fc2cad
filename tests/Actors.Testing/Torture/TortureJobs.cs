namespace Actors.Testing.Torture;

/// <summary>The jobs whose allocations churn: for each driver some that run for ever, some that fail and some that end; of some the group has a network of its own.</summary>
internal static class TortureJobs
{
    /// <summary>What a task of a driver runs a line of shell with; only these drivers are tortured.</summary>
    private static readonly Dictionary<string, Func<string, string>> Drivers = new()
    {
        ["raw_exec"] = line => $"command = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]",
        ["exec"] = line => $"command = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]",
        ["docker"] = line => $"image = \"{TortureEngine.Image}\"\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"{line}\"]",
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
    public static IReadOnlyList<TortureJob> For(string prefix, IEnumerable<string> drivers) =>
    [
        .. from driver in drivers
           where Drivers.ContainsKey(driver)
           from kind in Kinds
           select new TortureJob($"{prefix}-{driver}-{kind.Name}", kind.Name is "runs" or "bridged", (count, version) => $$"""
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
                     config {
                       {{Drivers[driver](kind.Line)}}
                     }
                     resources {
                       cpu    = 1
                       memory = 10
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
/// <param name="Text">Its job file with a count and a version.</param>
internal sealed record TortureJob(string Id, bool RunsForEver, Func<int, int, string> Text);
