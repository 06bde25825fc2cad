using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Decoding;

/// <summary>Spellings of Nomad's early days and common slips, and what is meant by them.</summary>
internal static class OldForms
{
    /// <summary>Misspelt keys of the docker driver's configuration, and the right ones.</summary>
    public static IReadOnlyDictionary<string, string> DockerKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["priviledged"] = "privileged",
        ["host_name"] = "hostname",
    };

    private static readonly HashSet<string> KnownDockerKeys = new(
        ("image advertise_ipv6_address args auth auth_soft_fail cap_add cap_drop cgroupns command cpuset_cpus cpu_hard_limit " +
        "cpu_cfs_period container_exists_attempts devices dns_search_domains dns_options dns_servers entrypoint extra_hosts force_pull " +
        "group_add healthchecks hostname init interactive ipc_mode ipv4_address ipv6_address isolation labels load logging mac_address " +
        "memory_hard_limit mount mounts network_aliases network_mode oom_score_adj runtime pids_limit pid_mode ports port_map privileged " +
        "image_pull_timeout readonly_rootfs security_opt shm_size storage_opt sysctl tty ulimit uts_mode userns_mode volumes " +
        "volume_driver work_dir").Split(' '),
        StringComparer.Ordinal);

    /// <summary><c>$attr.kernel.name</c> in today's form <c>${attr.kernel.name}</c>; null when the text is not of that form.</summary>
    public static string? Reference(string text)
    {
        if (text.Length < 2 || text[0] != '$' || !(char.IsAsciiLetter(text[1]) || text[1] == '_')) return null;
        foreach (var c in text.AsSpan(1))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '[' or ']' or '"' or '/')) return null;
        }

        return $"${{{text[1..]}}}";
    }

    /// <summary>Warns of keys that the docker driver does not have. The driver validates in the end; it may be newer than this list.</summary>
    public static void WarnOfMisspellings(BlockReader task, JobTask read)
    {
        if (read.Driver != "docker") return;
        foreach (var key in read.Config.Keys)
        {
            if (KnownDockerKeys.Contains(key)) continue;
            var place = task.Within("Config", key) ?? task.Head;
            if (DockerKeys.TryGetValue(key, out var right))
                task.Context.Diagnostics.Warning(DiagnosticCodes.Misspelled, place, $"docker has no configuration {key}; it is taken as {right}", $"write {right}");
            else
                task.Context.Diagnostics.Warning(DiagnosticCodes.Doubtful, place, $"docker has no configuration {key}", NearestName.Suggest(key, KnownDockerKeys));
        }
    }
}
