using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;
using static Actors.Contracts.Jobs.GoDuration;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of services and checks of a group and its tasks.</summary>
internal static partial class ServiceRules
{
    public static void Check(TaskGroup group, string path, string who, Findings found)
    {
        var all = new List<(Service Service, string Path, string Who, JobTask? Task)>();
        for (var i = 0; i < group.Services.Count; i++) all.Add((group.Services[i], $"{path}.Services[{i}]", who, null));
        for (var t = 0; t < group.Tasks.Count; t++)
        {
            var task = group.Tasks[t];
            for (var i = 0; i < task.Services.Count; i++) all.Add((task.Services[i], $"{path}.Tasks[{t}].Services[{i}]", $"task \"{task.Name}\"", task));
        }

        if (all.Count == 0) return;
        var providers = all.Select(entry => entry.Service.Provider).Where(provider => provider.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (providers.Count > 1) found.Error(DiagnosticCodes.InvalidService, path, $"{who}: all services of a group have one provider; found {string.Join(" and ", providers)}");
        var seen = new HashSet<(string, string, string)>();
        foreach (var (service, at, owner, task) in all)
        {
            if (!seen.Add((service.Name, task?.Name ?? service.TaskName, service.PortLabel)))
                found.Error(DiagnosticCodes.DuplicateName, at, $"{owner}: there is a second service \"{service.Name}\" on port \"{service.PortLabel}\"");
            Service(group, task, service, at, $"{owner}: service \"{service.Name}\"", found);
        }
    }

    private static void Service(TaskGroup group, JobTask? task, Service service, string at, string who, Findings found)
    {
        if (service.Name.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who} needs a name");
        else if (!service.Name.Contains("${", StringComparison.Ordinal) && !ServiceName().IsMatch(service.Name))
            found.Error(DiagnosticCodes.InvalidName, $"{at}.Name", $"{who}: a service's name has letters, digits and dashes, at most 63, and begins and ends with a letter or digit");
        found.OneOf(service.Provider, ["consul", "nomad"], $"{at}.Provider", $"{who}: provider");
        found.OneCluster(service.Cluster, $"{at}.Cluster", who);
        found.OneOf(service.OnUpdate, ["", "require_healthy", "ignore_warnings", "ignore"], $"{at}.OnUpdate", $"{who}: on_update");
        found.OneOf(service.AddressMode, task is null ? ["", "auto", "host", "alloc", "alloc_ipv6"] : ["", "auto", "host", "driver", "alloc", "alloc_ipv6"], $"{at}.AddressMode", $"{who}: address_mode");
        if (service.Address.Length > 0 && service.AddressMode is not ("" or "auto"))
            found.Error(DiagnosticCodes.InvalidService, $"{at}.AddressMode", $"{who}: address_mode must be \"auto\" when an address is given");
        if (service.Identity is { Audience.IsEmpty: true }) found.Error(DiagnosticCodes.Required, at, $"{who}: its identity needs at least one audience (aud)");
        if (service.TaskName.Length > 0 && group.Tasks.All(other => other.Name != service.TaskName))
            found.Error(DiagnosticCodes.DanglingReference, at, $"{who}: there is no task \"{service.TaskName}\" in the group", NearestName.Suggest(service.TaskName, group.Tasks.Select(other => other.Name)));
        Port(group, task, service.PortLabel, service.AddressMode, $"{at}.PortLabel", who, found);
        if (service.CheckRestart is { } restart) Restart(restart, at, who, found);
        Connect(group, task, service, at, who, found);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < service.Checks.Count; i++)
        {
            var check = service.Checks[i];
            var path = $"{at}.Checks[{i}]";
            if (check.Name.Length > 0 && !names.Add(check.Name + check.Type)) found.Error(DiagnosticCodes.DuplicateName, path, $"{who}: two checks have the name \"{check.Name}\"");
            Check(group, task, service, check, path, check.Name.StartsWith("service: ", StringComparison.Ordinal) ? $"{who}: its check" : $"{who}: check \"{check.Name}\"", found);
        }
    }

    /// <summary>A port must be a label of the group or task, or a number.</summary>
    private static void Port(TaskGroup group, JobTask? task, string label, string addressMode, string path, string who, Findings found)
    {
        if (label.Length == 0 || label.Contains("${", StringComparison.Ordinal)) return;
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (number is < 1 or > 65535) found.Error(DiagnosticCodes.RangeRule, path, $"{who}: a port is from 1 to 65535; found {number}");
            return;
        }

        if (addressMode == "driver") return;
        var labels = group.Networks.Concat(task is null ? group.Tasks.SelectMany(other => other.Resources?.Networks ?? []) : task.Resources?.Networks ?? [])
            .SelectMany(network => network.ReservedPorts.Concat(network.DynamicPorts))
            .Select(port => port.Label)
            .ToList();
        if (labels.Contains(label)) return;
        found.Error(DiagnosticCodes.DanglingReference, path, $"{who}: there is no port \"{label}\" in the group's network", NearestName.Suggest(label, labels) ?? $"add it: network {{ port \"{label}\" {{ }} }}");
    }

    private static void Restart(CheckRestart restart, string at, string who, Findings found)
    {
        found.AtLeast(restart.Limit, 0, $"{at}.CheckRestart.Limit", $"{who}: check_restart limit");
        found.NotNegative(restart.Grace, $"{at}.CheckRestart.Grace", $"{who}: check_restart grace");
    }

    private static void Check(TaskGroup group, JobTask? task, Service service, ServiceCheck check, string at, string who, Findings found)
    {
        var native = service.Provider == "nomad";
        found.OneOf(check.Type, native ? ["http", "tcp"] : ["http", "tcp", "script", "grpc"], $"{at}.Type", $"{who}: type{(native ? " (of provider nomad)" : "")}");
        if (check.Interval < TimeSpan.FromSeconds(1)) found.Error(DiagnosticCodes.InvalidService, $"{at}.Interval", check.Interval == TimeSpan.Zero ? $"{who} needs an interval" : $"{who}: interval must be at least 1s; found {Format(check.Interval)}", check.Interval == TimeSpan.Zero ? "for example interval = \"10s\"" : null);
        if (check.Timeout < TimeSpan.FromSeconds(1)) found.Error(DiagnosticCodes.InvalidService, $"{at}.Timeout", check.Timeout == TimeSpan.Zero ? $"{who} needs a timeout" : $"{who}: timeout must be at least 1s; found {Format(check.Timeout)}", check.Timeout == TimeSpan.Zero ? "for example timeout = \"2s\"" : null);
        if (check.Type == "http")
        {
            if (check.Path.Length == 0) found.Error(DiagnosticCodes.InvalidService, at, $"{who}: an http check needs a path");
            else if (!check.Path.StartsWith('/') && check.Path.Contains("://", StringComparison.Ordinal)) found.Error(DiagnosticCodes.InvalidService, $"{at}.Path", $"{who}: the path is relative to the service, not a URL: \"{check.Path}\"");
        }

        if (check.Type == "script")
        {
            if (check.Command.Length == 0) found.Error(DiagnosticCodes.InvalidService, at, $"{who}: a script check needs a command");
            if (task is null && check.TaskName.Length == 0 && service.TaskName.Length == 0) found.Error(DiagnosticCodes.InvalidService, at, $"{who}: a script check of a group's service must say in which task it runs");
        }

        if (check.TaskName.Length > 0 && group.Tasks.All(other => other.Name != check.TaskName))
            found.Error(DiagnosticCodes.DanglingReference, at, $"{who}: there is no task \"{check.TaskName}\" in the group", NearestName.Suggest(check.TaskName, group.Tasks.Select(other => other.Name)));
        found.OneOf(check.InitialStatus, ["", "passing", "warning", "critical"], $"{at}.InitialStatus", $"{who}: initial_status");
        found.OneOf(check.OnUpdate, ["", "require_healthy", "ignore_warnings", "ignore"], $"{at}.OnUpdate", $"{who}: on_update");
        found.OneOf(check.AddressMode, native ? ["", "host", "alloc"] : ["", "host", "driver", "alloc"], $"{at}.AddressMode", $"{who}: address_mode");
        if (check.Protocol is not ("" or "http" or "https")) found.Error(DiagnosticCodes.NotAllowed, $"{at}.Protocol", $"{who}: protocol must be \"http\" or \"https\"; found \"{check.Protocol}\"");
        if (check.Notes.Length > 255) found.Error(DiagnosticCodes.LimitExceeded, $"{at}.Notes", $"{who}: notes have at most 255 characters; found {check.Notes.Length}");
        if (check.Type is "http" or "tcp" or "grpc")
        {
            if (check.PortLabel.Length == 0 && service.PortLabel.Length == 0 && !check.Expose)
                found.Error(DiagnosticCodes.InvalidService, at, $"{who}: a {check.Type} check needs a port", "give the service or the check a port");
            Port(group, task, check.PortLabel, check.AddressMode, $"{at}.PortLabel", who, found);
        }

        if (check.CheckRestart is { } restart) Restart(restart, at, who, found);
        Thresholds(check, native, at, who, found);
    }

    private static void Thresholds(ServiceCheck check, bool native, string at, string who, Findings found)
    {
        found.AtLeast(check.SuccessBeforePassing, 0, at, $"{who}: success_before_passing");
        found.AtLeast(check.FailuresBeforeCritical, 0, at, $"{who}: failures_before_critical");
        found.AtLeast(check.FailuresBeforeWarning, 0, at, $"{who}: failures_before_warning");
        if (check.Expose && check.Type is not ("http" or "grpc")) found.Error(DiagnosticCodes.InvalidService, at, $"{who}: expose is only for http and grpc checks");
        if (!native) return;
        string? refused =
            check.Expose ? "expose"
            : check.TlsServerName.Length > 0 ? "tls_server_name"
            : check.SuccessBeforePassing > 0 ? "success_before_passing"
            : check.FailuresBeforeCritical > 0 ? "failures_before_critical"
            : check.FailuresBeforeWarning > 0 ? "failures_before_warning"
            : check.OnUpdate == "ignore_warnings" ? "on_update = \"ignore_warnings\""
            : null;
        if (refused is not null) found.Error(DiagnosticCodes.InvalidService, at, $"{who}: {refused} is only for provider \"consul\"");
    }

    private static void Connect(TaskGroup group, JobTask? task, Service service, string at, string who, Findings found)
    {
        if (service.Connect is not { } connect) return;
        if (service.Provider == "nomad") found.Error(DiagnosticCodes.InvalidService, at, $"{who}: connect needs provider \"consul\"");
        var kinds = (connect.Native ? 1 : 0) + (connect.SidecarService is null ? 0 : 1) + (connect.Gateway is null ? 0 : 1);
        if (kinds != 1) found.Error(DiagnosticCodes.InvalidService, $"{at}.Connect", $"{who}: connect is exactly one of native, sidecar_service and gateway; found {kinds}");
        if (connect.SidecarService is not null && task is not null) found.Error(DiagnosticCodes.InvalidService, $"{at}.Connect", $"{who}: a sidecar belongs to a service of the group, not of a task");
        if (connect.SidecarService is not null && !(group.Networks.Count == 1 && (group.Networks[0].Mode == "bridge" || group.Networks[0].Mode.StartsWith("cni/", StringComparison.Ordinal))))
            found.Error(DiagnosticCodes.InvalidService, $"{at}.Connect", $"{who}: a sidecar needs one network of the group in mode \"bridge\" or \"cni/…\"");
        if (connect.Gateway is { } gateway && (gateway.Ingress is null ? 0 : 1) + (gateway.Terminating is null ? 0 : 1) + (gateway.Mesh is null ? 0 : 1) != 1)
            found.Error(DiagnosticCodes.InvalidService, $"{at}.Connect.Gateway", $"{who}: a gateway is exactly one of ingress, terminating and mesh");
    }

    [GeneratedRegex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex ServiceName();
}
