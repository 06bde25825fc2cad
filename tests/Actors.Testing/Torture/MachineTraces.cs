using System.Globalization;
using System.Text;

namespace Actors.Testing.Torture;

/// <summary>What there is on the machine of a client's allocations, found without asking the client.</summary>
/// <param name="data">The client's data folder.</param>
/// <param name="jobs">With what its jobs' ids begin.</param>
internal sealed class MachineTraces(string data, string jobs)
{
    /// <summary>The tasks' processes with their allocations, by the environment that every driver gives.</summary>
    public IReadOnlyList<(int Pid, string Allocation)> Tasks()
    {
        var found = new List<(int, string)>();
        foreach (var (pid, environment) in Environments())
        {
            if (Variable(environment, "NOMAD_JOB_ID") is { } job && job.StartsWith(jobs, StringComparison.Ordinal) && Variable(environment, "NOMAD_ALLOC_ID") is { } allocation)
                found.Add((pid, allocation));
        }

        return found;
    }

    /// <summary>Everything that is left, in words: processes, mounts, namespaces, rules, leases, control groups, directories.</summary>
    /// <param name="node">The client's node.</param>
    /// <param name="allocations">All allocations that there ever were.</param>
    public async Task<IReadOnlyList<string>> LeftAsync(string node, IReadOnlyCollection<string> allocations)
    {
        var left = new List<string>();
        left.AddRange(Tasks().Select(t => $"process {t.Pid} of {t.Allocation}"));
        left.AddRange((await Shell.RunAsync("pgrep -a conmon")).Output.Split('\n').Where(line => allocations.Any(id => line.Contains(id, StringComparison.Ordinal))).Select(line => $"monitor {line}"));
        left.AddRange((await File.ReadAllLinesAsync("/proc/self/mountinfo")).Where(line => line.Contains($"{data}/alloc/", StringComparison.Ordinal)).Select(line => $"mount {line}"));
        var owned = $"actors-{node[..8]}-";
        left.AddRange(Names("/var/run/netns").Where(name => name.StartsWith(owned, StringComparison.Ordinal)).Select(name => $"namespace {name}"));
        left.AddRange((await Shell.RunAsync("iptables-save")).Output.Split('\n').Where(rule => rule.Contains(owned, StringComparison.Ordinal)).Select(rule => $"rule {rule}"));
        left.AddRange((await Shell.RunAsync($"grep -rl {owned} /var/lib/cni/networks 2>/dev/null")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => $"lease {path}"));
        left.AddRange(Names($"{data}/alloc").Select(name => $"directory {name}"));
        var groups = (await Shell.RunAsync("find /sys/fs/cgroup -type d -regextype posix-extended -regex '.*[0-9a-f]{8}-[0-9a-f]{4}-.*' 2>/dev/null")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        left.AddRange(groups.Where(path => allocations.Any(id => path.Contains(id, StringComparison.Ordinal))).Select(path => $"control group {path}"));
        return left;
    }

    /// <summary>Kills and takes away what a torture that went wrong left behind.</summary>
    public async Task RemoveAsync()
    {
        foreach (var (pid, allocation) in Tasks())
            await Shell.RunAsync($"kill -9 {pid}; for n in $(ls /var/run/netns | grep {allocation}); do ip netns delete $n; done");
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)) : [];

    private static IEnumerable<(int Pid, string Environment)> Environments()
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            string text;
            try
            {
                text = Encoding.UTF8.GetString(File.ReadAllBytes($"{path}/environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
                continue;
            }

            yield return (pid, text);
        }
    }

    private static string? Variable(string environment, string name)
    {
        foreach (var variable in environment.Split('\0'))
        {
            if (variable.StartsWith(name + "=", StringComparison.Ordinal)) return variable[(name.Length + 1)..];
        }

        return null;
    }
}
