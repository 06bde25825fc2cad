using Actors.Contracts.Jobs;
using Actors.JobSpec.Decoding;
using static Actors.JobSpec.JobCanonicalizer;

namespace Actors.JobSpec.Canonical;

/// <summary>Defaults of the small parts that depend on nothing else.</summary>
internal static class Defaults
{
    public static Constraint Of(Constraint constraint) => constraint with
    {
        LeftTarget = OldForms.Reference(constraint.LeftTarget) ?? constraint.LeftTarget,
        RightTarget = OldForms.Reference(constraint.RightTarget) ?? constraint.RightTarget,
        Operand = Or(constraint.Operand, Operands.Equal),
    };

    public static Affinity Of(Affinity affinity) => affinity with
    {
        LeftTarget = OldForms.Reference(affinity.LeftTarget) ?? affinity.LeftTarget,
        RightTarget = OldForms.Reference(affinity.RightTarget) ?? affinity.RightTarget,
        Operand = Or(affinity.Operand, Operands.Equal),
        Weight = affinity.Weight ?? 50,
    };

    public static Spread Of(Spread spread) => spread with
    {
        Attribute = OldForms.Reference(spread.Attribute) ?? spread.Attribute,
        Weight = spread.Weight ?? 50,
    };

    public static PeriodicConfig Of(PeriodicConfig periodic) => periodic with
    {
        Enabled = periodic.Enabled ?? true,
        SpecType = Or(periodic.SpecType, "cron"),
        ProhibitOverlap = periodic.ProhibitOverlap ?? false,
        TimeZone = Or(periodic.TimeZone, "UTC"),
    };

    public static NetworkResource Of(NetworkResource network) => network with
    {
        ReservedPorts = network.ReservedPorts.Map(Of),
        DynamicPorts = network.DynamicPorts.Map(Of),
    };

    public static Port Of(Port port) => port with { HostNetwork = Or(port.HostNetwork, "default") };

    public static Vault Of(Vault vault)
    {
        vault = vault with
        {
            Cluster = Or(vault.Cluster, "default"),
            Env = vault.Env ?? true,
            DisableFile = vault.DisableFile ?? false,
            ChangeMode = Or(vault.ChangeMode, "restart"),
            AllowTokenExpiration = vault.AllowTokenExpiration ?? false,
        };
        return vault.ChangeMode == "signal" ? vault with { ChangeSignal = Or(vault.ChangeSignal, "SIGHUP") } : vault;
    }

    public static Consul Of(Consul consul) => consul with { Cluster = Or(consul.Cluster, "default") };

    public static TaskArtifact Of(TaskArtifact artifact) => artifact with
    {
        Mode = Or(artifact.Mode, "any"),
        Insecure = artifact.Insecure ?? false,
        Destination = Or(artifact.Destination, artifact.Mode == "file" ? $"local/{FileName(artifact.Source)}" : "local/"),
    };

    private static string FileName(string source)
    {
        var path = source.Split('?')[0].TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..];
    }

    public static Template Of(Template template)
    {
        template = template with
        {
            ChangeMode = Or(template.ChangeMode, "restart"),
            ChangeSignal = template.ChangeSignal.ToUpperInvariant(),
            ChangeScript = template.ChangeScript is { } script
                ? script with
                {
                    Timeout = script.Timeout ?? TimeSpan.FromSeconds(5),
                    FailOnError = script.FailOnError ?? false,
                    RunOnFirstRender = script.RunOnFirstRender ?? false,
                }
                : null,
            Once = template.Once ?? false,
            Splay = template.Splay ?? TimeSpan.FromSeconds(5),
            Perms = Or(template.Perms, "0644"),
            LeftDelimiter = Or(template.LeftDelimiter, "{{"),
            RightDelimiter = Or(template.RightDelimiter, "}}"),
            Env = template.Env ?? false,
            ErrorOnMissingKey = template.ErrorOnMissingKey ?? false,
            VaultGrace = template.VaultGrace ?? TimeSpan.Zero,
        };
        return template.Wait is { Min: { } min } wait ? template with { Wait = wait with { Max = wait.Max ?? min * 4 } } : template;
    }

    public static VolumeMount Of(VolumeMount mount) => mount with
    {
        ReadOnly = mount.ReadOnly ?? false,
        PropagationMode = Or(mount.PropagationMode, "private"),
    };

    public static LogConfig Of(LogConfig? logs)
    {
        logs ??= new LogConfig();
        return logs with
        {
            MaxFiles = logs.MaxFiles ?? 10,
            MaxFileSizeMb = logs.MaxFileSizeMb ?? 10,
            Disabled = logs.Disabled ?? (logs.Enabled is { } enabled && !enabled),
            Enabled = null,
        };
    }

    public static CsiPluginConfig Of(CsiPluginConfig plugin) => plugin with
    {
        MountDir = Or(plugin.MountDir, "/csi"),
        StagePublishBaseDir = Or(plugin.StagePublishBaseDir, "/local/csi"),
        HealthTimeout = plugin.HealthTimeout == TimeSpan.Zero ? TimeSpan.FromSeconds(30) : plugin.HealthTimeout,
    };

    public static EphemeralDisk Of(EphemeralDisk? disk)
    {
        disk ??= new EphemeralDisk();
        return disk with { Sticky = disk.Sticky ?? false, Migrate = disk.Migrate ?? false, SizeMb = disk.SizeMb ?? 300 };
    }

    public static RequestedDevice Of(RequestedDevice device) => device with
    {
        Count = device.Count ?? 1,
        Constraints = device.Constraints.Map(Of),
        Affinities = device.Affinities.Map(Of),
    };
}
