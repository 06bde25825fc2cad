using Actors.Contracts.Jobs;

namespace Actors.Scheduling.Feasibility;

/// <summary>
/// What a group needs of its node without saying so: that the node knows the signals it uses, and has the services it leans on. Nomad writes
/// these into the job when it is registered; here the job stays as its author wrote it. (Services that only register with Consul need none:
/// they run where there is none.)
/// </summary>
internal static class ImplicitConstraints
{
    private const string Signal = "signal";

    public static IEnumerable<Constraint> Of(TaskGroup group)
    {
        var signals = group.Tasks.SelectMany(SignalsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (signals.Count > 0) yield return Needs("attr.os.signals", Operands.SetContains, string.Join(',', signals));

        if (group.Tasks.Any(t => t.Vault is not null)) yield return Needs("attr.vault.version", Operands.Semver, ">= 0.6.1");

        var services = group.Services.Concat(group.Tasks.SelectMany(t => t.Services)).ToList();
        if (services.Exists(s => s.Connect is not null)) yield return Needs("attr.consul.version", Operands.Semver, ">= 1.8.0");
        if (services.Exists(s => s.Connect?.SidecarService?.Proxy?.TransparentProxy is not null)) yield return Needs("attr.plugins.cni.version.consul-cni", Operands.Semver, ">= 1.4.2");
        if (services.Exists(s => s.Provider == "nomad")) yield return Needs("attr.nomad.service_discovery", Operands.Equal, "true");
        if (services.Exists(s => s.Provider == "nomad" && s.Checks.Count > 0)) yield return Needs("attr.nomad.version", Operands.Semver, ">= 1.4.0");

        if (group.Tasks.Any(t => t.Resources?.Numa is { Affinity: not ("" or "none") })) yield return Needs("attr.kernel.name", Operands.Equal, "linux");
        foreach (var provider in group.Tasks.SelectMany(t => t.Secrets).Select(s => s.Provider).Where(p => p is not ("" or "nomad" or "vault")).Distinct(StringComparer.Ordinal))
        {
            yield return Needs($"attr.plugins.secrets.{provider}.version", Operands.IsSet, "");
        }
    }

    private static IEnumerable<string> SignalsOf(JobTask task)
    {
        if (Named(task.KillSignal) is { } kill) yield return kill;
        if (task.Vault is { ChangeMode: Signal } vault && Named(vault.ChangeSignal) is { } onVault) yield return onVault;
        foreach (var template in task.Templates)
        {
            if (template.ChangeMode == Signal && Named(template.ChangeSignal) is { } onTemplate) yield return onTemplate;
        }

        foreach (var identity in task.Identities)
        {
            if (identity.ChangeMode == Signal && Named(identity.ChangeSignal) is { } onIdentity) yield return onIdentity;
        }
    }

    // As the attribute lists it: a job may leave the SIG out.
    private static string? Named(string signal)
    {
        if (signal.Length == 0 || !char.IsAsciiLetter(signal[0])) return null;
        var upper = signal.ToUpperInvariant();
        return upper.StartsWith("SIG", StringComparison.Ordinal) ? upper : $"SIG{upper}";
    }

    private static Constraint Needs(string attribute, string operand, string value) => new() { LeftTarget = $"${{{attribute}}}", Operand = operand, RightTarget = value };
}
