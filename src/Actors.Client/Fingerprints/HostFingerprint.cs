using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Actors.Client.Hosting;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;
using Actors.Contracts.Volumes;
using Actors.Drivers.Processes;

namespace Actors.Client.Fingerprints;

/// <summary>Looks at the machine: processor, memory, disk, network, kernel, operating system. Cheap: a few small files.</summary>
internal static class HostFingerprint
{
    // Where neither the kernel nor the processor tells a frequency, as on some virtual machines.
    private const double AssumedMhz = 2000;

    /// <summary>Looks now.</summary>
    public static async Task<HostFacts> TakeAsync(ClientOptions options, NetworkFingerprint own, CancellationToken cancellationToken)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (mhz, cores) = Cpu(attributes, options);
        var memory = Memory(attributes, options);
        Kernel(attributes);
        OperatingSystemRelease(attributes);
        var disk = Storage(attributes, options.DataDir);
        IReadOnlyList<NodeNetwork> networks = [.. Networks(attributes, options), .. await own.TakeAsync(attributes, cancellationToken).ConfigureAwait(false)];
        attributes["unique.hostname"] = Environment.MachineName;
        attributes["nomad.version"] = NomadVersion;
        if (Revision is { Length: > 0 } revision) attributes["nomad.revision"] = revision;
        attributes["actors.version"] = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "";
        attributes["nomad.service_discovery"] = "true";
        // The one plugin of host volumes, with the version that Nomad gives its own.
        attributes[HostVolume.MkdirAttribute] = "0.0.1";
        return new HostFacts(attributes, mhz, cores, memory, disk, networks);
    }

    /// <summary>The Nomad version whose API this client's servers speak: constraints of jobs written for it look at this.</summary>
    private const string NomadVersion = "2.0.5";

    /// <summary>What this client was built from, after the "+" of its version; null when the build did not say.</summary>
    private static string? Revision { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', 2).ElementAtOrDefault(1);

    private static (int Mhz, int Cores) Cpu(SortedDictionary<string, string> attributes, ClientOptions options)
    {
        var cores = Environment.ProcessorCount;
        var mhz = MaxFrequency() ?? ReportedFrequency() ?? AssumedMhz;
        var total = options.CpuTotalComputeMhz > 0 ? options.CpuTotalComputeMhz : (int)(mhz * cores);
        attributes["cpu.arch"] = Architecture;
        attributes["cpu.numcores"] = Text(cores);
        attributes["cpu.reservablecores"] = Text(cores);
        attributes["cpu.frequency"] = Text((long)mhz);
        attributes["cpu.totalcompute"] = Text(total);
        attributes["cpu.usablecompute"] = Text(Math.Max(0, total - options.ReservedCpuMhz));
        Numa(attributes, cores);
        if (CpuInfo("model name") is { Length: > 0 } model) attributes["cpu.modelname"] = model;
        return (total, cores);
    }

    /// <summary>Which cores are near to which memory, as the kernel lists them; where it does not say, all are.</summary>
    private static void Numa(SortedDictionary<string, string> attributes, int cores)
    {
        var nodes = ReadFile("/sys/devices/system/node/online") is { } online ? NumberRanges.Of(online.Trim()).SelectMany(r => Enumerable.Range(r.From, r.To - r.From + 1)).ToList() : [];
        foreach (var node in nodes)
        {
            if (ReadFile($"/sys/devices/system/node/node{node}/cpulist")?.Trim() is { Length: > 0 } near) attributes[$"numa.node{node}.cores"] = near;
        }

        if (nodes.Count == 0) attributes["numa.node0.cores"] = cores > 1 ? $"0-{cores - 1}" : "0";
        attributes["numa.node.count"] = Text(Math.Max(1, nodes.Count));
    }

    private static double? MaxFrequency() =>
        ReadFile("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq") is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var khz) ? khz / 1000d : null;

    private static double? ReportedFrequency() =>
        CpuInfo("cpu MHz") is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var mhz) && mhz > 0 ? mhz : null;

    private static string? CpuInfo(string key) => ReadFile("/proc/cpuinfo")?.Split('\n')
        .Where(line => line.StartsWith(key, StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();

    private static int Memory(SortedDictionary<string, string> attributes, ClientOptions options)
    {
        var bytes = options.MemoryTotalMb > 0 ? options.MemoryTotalMb * 1024L * 1024 : MemoryInfo.Read().Total;
        attributes["memory.totalbytes"] = Text(bytes);
        return (int)(bytes / 1024 / 1024);
    }

    private static void Kernel(SortedDictionary<string, string> attributes)
    {
        attributes["kernel.name"] = "linux";
        attributes["kernel.arch"] = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "x86_64",
            System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
            var other => other.ToString().ToLowerInvariant(),
        };
        attributes["arch"] = Architecture;
        attributes["kernel.version"] = ReadFile("/proc/sys/kernel/osrelease")?.Trim() ?? "";
        // Not named where the kernel has none, as Nomad does.
        if (Libc.LandlockVersion() is > 0 and var landlock) attributes["kernel.landlock"] = $"v{landlock}";
        attributes["os.signals"] = string.Join(',', Signals.Names);
        attributes["os.cgroups.version"] = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "2" : "1";
    }

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static void OperatingSystemRelease(SortedDictionary<string, string> attributes)
    {
        foreach (var line in (ReadFile("/etc/os-release") ?? "").Split('\n'))
        {
            var value = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"');
            if (line.StartsWith("ID=", StringComparison.Ordinal)) attributes["os.name"] = value;
            if (line.StartsWith("VERSION_ID=", StringComparison.Ordinal)) attributes["os.version"] = value;
        }
    }

    private static int Storage(SortedDictionary<string, string> attributes, string dataDir)
    {
        Directory.CreateDirectory(dataDir);
        var drive = new DriveInfo(Path.GetFullPath(dataDir));
        attributes["unique.storage.volume"] = drive.Name;
        attributes["unique.storage.bytestotal"] = Text(drive.TotalSize);
        // Rounded, so that the node is not registered again for every file that is written.
        var freeMb = (int)Math.Min(int.MaxValue, drive.AvailableFreeSpace / 1024 / 1024 / 1024 * 1024);
        attributes["unique.storage.bytesfree"] = Text(freeMb * 1024L * 1024);
        return freeMb;
    }

    private static IReadOnlyList<NodeNetwork> Networks(SortedDictionary<string, string> attributes, ClientOptions options)
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces();
        var name = options.NetworkInterface.Length > 0 ? options.NetworkInterface : DefaultRouteInterface();
        var chosen = interfaces.FirstOrDefault(i => i.Name == name)
            ?? (options.NetworkInterface.Length > 0
                ? throw new InvalidOperationException($"network_interface: this machine has no interface \"{name}\"; it has {string.Join(", ", interfaces.Select(i => i.Name))}")
                : interfaces.FirstOrDefault(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback));
        var address = chosen?.GetIPProperties().UnicastAddresses.FirstOrDefault(a => a.Address.AddressFamily == AddressFamily.InterNetwork);
        var ip = options.NetworkIp.Length > 0 ? options.NetworkIp : address?.Address.ToString() ?? "127.0.0.1";
        attributes["unique.network.ip-address"] = ip;
        var speed = chosen is { Speed: > 0 } ? (int)Math.Min(int.MaxValue, chosen.Speed / 1_000_000) : 1000;
        return [new NodeNetwork("host", chosen?.Name ?? "lo", ip, $"{ip}/{address?.PrefixLength ?? 32}", speed), .. HostNetworks(interfaces, options)];
    }

    /// <summary>The host's networks that have names of their own: every address of an interface, or within a block, that the operator named.</summary>
    private static IEnumerable<NodeNetwork> HostNetworks(NetworkInterface[] interfaces, ClientOptions options) =>
        from named in options.HostNetworks
        from device in interfaces
        where named.Value.Interface.Length == 0 || device.Name == named.Value.Interface
        from address in device.GetIPProperties().UnicastAddresses
        where named.Value.Cidr.Length == 0 || System.Net.IPNetwork.Parse(named.Value.Cidr).Contains(address.Address)
        select new NodeNetwork("host", device.Name, address.Address.ToString(), $"{address.Address}/{address.PrefixLength}", device.Speed > 0 ? (int)Math.Min(int.MaxValue, device.Speed / 1_000_000) : 1000, named.Key);

    /// <summary>The interface of the route to everywhere, or null. Columns of /proc/net/route: interface, destination, …</summary>
    private static string? DefaultRouteInterface() => (ReadFile("/proc/net/route") ?? "").Split('\n').Skip(1)
        .Select(line => line.Split('\t'))
        .FirstOrDefault(columns => columns.Length > 7 && columns[1] == "00000000" && columns[7] == "00000000")?[0];

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not every kernel and container shows every file.
            return null;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
