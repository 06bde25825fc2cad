using System.Globalization;
using System.Text;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Drivers;
using Actors.Drivers.Isolation;

namespace Actors.Client.Tasks;

/// <summary>All that a task's environment is made of.</summary>
internal sealed record EnvironmentInput
{
    /// <summary>The allocation.</summary>
    public required Allocation Allocation { get; init; }

    /// <summary>Its job.</summary>
    public required Job Job { get; init; }

    /// <summary>Its group.</summary>
    public required TaskGroup Group { get; init; }

    /// <summary>The task.</summary>
    public required JobTask Task { get; init; }

    /// <summary>This node.</summary>
    public required Node Node { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The task's directories on the host.</summary>
    public required TaskPaths Paths { get; init; }

    /// <summary>What the task sees of the file system.</summary>
    public required FileSystemIsolation Isolation { get; init; }

    /// <summary>Ports inside the task's container by label (its driver's <c>port_map</c>).</summary>
    public IReadOnlyDictionary<string, long> PortMap { get; init; } = new Dictionary<string, long>();

    /// <summary>The group's own network, or null.</summary>
    public NetworkStatus? Network { get; init; }

    /// <summary>The agent's own environment: what tasks that share the host's file system inherit.</summary>
    public IReadOnlyDictionary<string, string> Host { get; init; } = new Dictionary<string, string>();
}

/// <summary>Makes the environment of a task: Nomad's <c>NOMAD_*</c> variables of today and of the seed's time, then the job's own.</summary>
internal static class EnvironmentBuilder
{
    // Credentials of the agent's that no task should inherit by accident (Nomad's env.denylist).
    private static readonly HashSet<string> HostDenied = new(StringComparer.Ordinal)
    {
        "CONSUL_TOKEN", "CONSUL_HTTP_TOKEN", "CONSUL_HTTP_AUTH", "VAULT_TOKEN", "NOMAD_LICENSE", "NOMAD_TOKEN",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS",
    };

    /// <summary>The environment, interpolated.</summary>
    public static Dictionary<string, string> Build(EnvironmentInput input)
    {
        var env = new Dictionary<string, string>(StringComparer.Ordinal);
        if (input.Isolation == FileSystemIsolation.None)
        {
            foreach (var (name, value) in input.Host)
                if (!HostDenied.Contains(name) && !name.StartsWith("NOMAD_", StringComparison.Ordinal)) env[name] = value;
        }

        AddPlaces(env, input);
        AddIdentity(env, input);
        AddPorts(env, input);
        AddNetwork(env, input.Allocation, input.Task.Name, input.Network);
        var node = Interpolation.NodeValues(input.Node, input.Region);
        AddMeta(env, input, node);
        foreach (var (name, value) in input.Task.Env)
            env[Interpolation.Replace(name, env, node)] = Interpolation.Replace(value, env, node);

        return env;
    }

    private static void AddPlaces(Dictionary<string, string> env, EnvironmentInput input)
    {
        var isolated = input.Isolation == FileSystemIsolation.Image;
        env["NOMAD_ALLOC_DIR"] = isolated ? "/alloc" : input.Paths.Shared;
        env["NOMAD_TASK_DIR"] = isolated ? "/local" : input.Paths.Local;
        env["NOMAD_SECRETS_DIR"] = isolated ? "/secrets" : input.Paths.Secrets;
        if (!isolated) env["TMPDIR"] = input.Paths.Temp;
        if (!input.Allocation.Resources.Tasks.TryGetValue(input.Task.Name, out var resources)) return;
        env["NOMAD_MEMORY_LIMIT"] = Text(resources.MemoryMb);
        if (resources.MemoryMaxMb > 0) env["NOMAD_MEMORY_MAX_LIMIT"] = Text(resources.MemoryMaxMb);
        env["NOMAD_CPU_LIMIT"] = Text(resources.CpuMhz);
        if (resources.Cores is { Count: > 0 } cores) env["NOMAD_CPU_CORES"] = string.Join(',', cores.Select(Text));
    }

    private static void AddIdentity(Dictionary<string, string> env, EnvironmentInput input)
    {
        var allocation = input.Allocation;
        env["NOMAD_ALLOC_ID"] = allocation.Id.ToString();
        env["NOMAD_SHORT_ALLOC_ID"] = allocation.Id.Short;
        env["NOMAD_ALLOC_NAME"] = allocation.Name;
        env["NOMAD_ALLOC_INDEX"] = Text(allocation.NameIndex);
        env["NOMAD_TASK_NAME"] = input.Task.Name;
        env["NOMAD_GROUP_NAME"] = input.Group.Name;
        env["NOMAD_JOB_ID"] = input.Job.Id;
        env["NOMAD_JOB_NAME"] = input.Job.Name.Length > 0 ? input.Job.Name : input.Job.Id;
        if (input.Job.ParentId.Length > 0) env["NOMAD_JOB_PARENT_ID"] = input.Job.ParentId;
        env["NOMAD_DC"] = input.Node.Datacenter;
        env["NOMAD_REGION"] = input.Region;
        env["NOMAD_NAMESPACE"] = allocation.JobId.Namespace;
        env["NOMAD_PARENT_CGROUP"] = IsolatedLeftovers.Root(input.Node.Id);
    }

    private static void AddPorts(Dictionary<string, string> env, EnvironmentInput input)
    {
        foreach (var port in input.Allocation.Resources.Ports)
        {
            var label = Clean(port.Label);
            if (port.Task is null || port.Task == input.Task.Name)
            {
                // What the task must listen on: the mapped port inside its container or network, else the host's.
                var inside = input.PortMap.TryGetValue(port.Label, out var mapped) ? (int)mapped : port.To > 0 ? port.To : port.Value;
                env["NOMAD_IP"] = port.HostIp;
                env["NOMAD_IP_" + label] = port.HostIp;
                env["NOMAD_PORT_" + label] = Text(inside);
                env["NOMAD_ADDR_" + label] = Address(port.HostIp, port.Value);
                env["NOMAD_ALLOC_PORT_" + label] = Text(inside);
                env["NOMAD_HOST_IP_" + label] = port.HostIp;
                env["NOMAD_HOST_PORT_" + label] = Text(port.Value);
                env["NOMAD_HOST_ADDR_" + label] = Address(port.HostIp, port.Value);
            }

            if (port.Task is not { } owner) continue;
            var prefixed = $"{Clean(owner)}_{label}";
            env["NOMAD_IP_" + prefixed] = port.HostIp;
            env["NOMAD_PORT_" + prefixed] = Text(port.Value);
            env["NOMAD_ADDR_" + prefixed] = Address(port.HostIp, port.Value);
        }
    }

    /// <summary>The addresses of the group's own network, by port.</summary>
    public static void AddNetwork(Dictionary<string, string> env, Allocation allocation, string task, NetworkStatus? network)
    {
        if (network is not { } made) return;
        var ip = made.AnyAddress;
        foreach (var port in allocation.Resources.Ports.Where(p => p.Task is null || p.Task == task))
        {
            var label = Clean(port.Label);
            env["NOMAD_ALLOC_IP_" + label] = ip;
            env["NOMAD_ALLOC_ADDR_" + label] = Address(ip, port.To > 0 ? port.To : port.Value);
        }
    }

    private static void AddMeta(Dictionary<string, string> env, EnvironmentInput input, IReadOnlyDictionary<string, string> node)
    {
        // The nearest wins: task over group over job.
        foreach (var (name, text) in input.Job.Meta.Concat(input.Group.Meta).Concat(input.Task.Meta))
        {
            var value = Interpolation.Replace(text, env, node);
            env["NOMAD_META_" + Clean(name)] = value;
            env["NOMAD_META_" + Clean(name).ToUpperInvariant()] = value;
        }
    }

    private static string Address(string ip, int port) => ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]:{Text(port)}" : $"{ip}:{Text(port)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A label as part of a variable's name: what a shell could not name becomes '_'.</summary>
    private static string Clean(string label)
    {
        var text = new StringBuilder(label.Length);
        foreach (var c in label) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        return text.ToString();
    }
}
