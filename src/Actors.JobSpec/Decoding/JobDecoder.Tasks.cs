using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Decoding;

/// <summary>Tasks and what they need.</summary>
internal static partial class JobDecoder
{
    private static JobTask Task(BlockReader b)
    {
        var identities = b.Many("identity", "Identities", Identity);
        var task = new JobTask
        {
            Name = b.Labels.Count > 0 ? b.Labels[0] : "",
            Driver = b.Text("driver"),
            User = b.Text("user"),
            Lifecycle = b.One("lifecycle", null, l => new TaskLifecycle { Hook = l.Text("hook"), Sidecar = l.Is("sidecar") }),
            Config = b.Config("config", "Config"),
            Constraints = b.Many("constraint", "Constraints", Constraint),
            Affinities = b.Many("affinity", "Affinities", Affinity),
            Env = b.TextMap("env"),
            Services = b.Many("service", "Services", Service),
            Resources = b.One("resources", null, Resources),
            RestartPolicy = b.One("restart", "RestartPolicy", Restart),
            Meta = b.TextMap("meta"),
            KillTimeout = b.Duration("kill_timeout"),
            KillSignal = b.Text("kill_signal"),
            LogConfig = b.One("logs", "LogConfig", Logs),
            Artifacts = b.Many("artifact", "Artifacts", Artifact),
            Vault = b.One("vault", null, Vault),
            Consul = b.One("consul", null, Consul),
            Templates = b.Many("template", "Templates", Template),
            DispatchPayload = b.One("dispatch_payload", null, d => new DispatchPayloadConfig { File = d.Text("file") }),
            VolumeMounts = b.Many("volume_mount", "VolumeMounts", VolumeMount),
            CsiPluginConfig = b.One("csi_plugin", "CSIPluginConfig", CsiPlugin),
            Leader = b.Is("leader"),
            ShutdownDelay = b.Duration("shutdown_delay") ?? TimeSpan.Zero,
            Kind = b.Text("kind"),
            ScalingPolicies = b.Many("scaling", "ScalingPolicies", s => Scaling(s) with { Type = s.Labels is ["cpu"] ? "vertical_cpu" : s.Labels is ["mem"] ? "vertical_mem" : s.Labels.FirstOrDefault() ?? "" }, labels: 1),
            Secrets = b.Many("secret", "Secrets", Secret, labels: 1),
            Identity = identities.FirstOrDefault(IsDefault),
            Identities = identities.Where(identity => !IsDefault(identity)).ToEquatableList(),
            Actions = b.Many("action", "Actions", a => new TaskAction
            {
                Name = a.Labels.Count > 0 ? a.Labels[0] : "",
                Command = a.Text("command"),
                Args = a.Texts("args"),
            }, labels: 1),
            Schedule = b.One("schedule", null, s => new TaskSchedule
            {
                Cron = s.One("cron", null, c => new TaskScheduleCron { Start = c.Text("start"), End = c.Text("end"), Timezone = c.Text("timezone") }),
            }),
        };
        OldForms.WarnOfMisspellings(b, task);
        return task;
    }

    private static bool IsDefault(WorkloadIdentity identity) => identity.Name is "" or "default";

    private static Resources Resources(BlockReader b)
    {
        var resources = new Resources
        {
            CpuMhz = b.Integer("cpu"),
            Cores = b.Integer("cores"),
            MemoryMb = b.Integer("memory"),
            MemoryMaxMb = b.Integer("memory_max"),
            DiskMb = b.Integer("disk"),
            SecretsMb = b.Integer("secrets", "SecretsMB"),
            Iops = b.Integer("iops"),
            Networks = b.Many("network", "Networks", Network),
            Devices = b.Many("device", "Devices", d => new RequestedDevice
            {
                Name = d.Labels.Count > 0 ? d.Labels[0] : "",
                Count = d.Value("count", Values.HclType.Number)?.Number.TryToInt64(out var count) == true && count >= 0 ? (ulong)count : Negative(d),
                Constraints = d.Many("constraint", "Constraints", Constraint),
                Affinities = d.Many("affinity", "Affinities", Affinity),
            }, labels: 1),
            Numa = b.One("numa", "NUMA", n => new NumaResource { Affinity = n.Text("affinity"), Devices = n.Texts("devices") }),
        };
        if (resources.DiskMb is not null)
            b.Context.Diagnostics.Warning(DiagnosticCodes.Deprecated, b.RangeOf("disk"), "disk of a task is deprecated; it is taken as the group's ephemeral_disk", "write ephemeral_disk { size = … } in the group");
        if (resources.Iops is not null)
            b.Context.Diagnostics.Warning(DiagnosticCodes.Ignored, b.RangeOf("iops"), "iops has no effect", "remove it");
        if (!resources.Networks.IsEmpty)
            b.Context.Diagnostics.Warning(DiagnosticCodes.Deprecated, b.Head, "a network of a task is deprecated; its ports are taken as the group's", "write network { port … } in the group");
        return resources;
    }

    private static ulong? Negative(BlockReader device)
    {
        if (device.Has("count")) device.Context.Diagnostics.Error(DiagnosticCodes.OutOfRange, device.RangeOf("count"), "count: a whole number of at least 1 is needed");
        return null;
    }

    private static NetworkResource Network(BlockReader b)
    {
        var reserved = new List<Port>();
        var dynamic = new List<Port>();
        foreach (var port in b.Blocks("port", 1, null, byLabel: true).Concat(b.Blocks("reserved_ports", 1, null, byLabel: true)))
        {
            var read = new Port
            {
                Label = port.Labels.Count > 0 ? port.Labels[0] : "",
                Value = port.Count("static", "Value"),
                To = port.Count("to"),
                HostNetwork = port.Text("host_network"),
                IgnoreCollision = port.Is("ignore_collision"),
            };
            port.Finish();
            (read.Value > 0 || port.Has("static") || port.Type == "reserved_ports" ? reserved : dynamic).Add(read);
        }

        return new NetworkResource
        {
            Mode = b.Text("mode"),
            Device = b.Text("device"),
            Cidr = b.Text("cidr"),
            Ip = b.Text("ip"),
            Hostname = b.Text("hostname"),
            MBits = b.Integer("mbits"),
            Dns = b.One("dns", "DNS", d => new DnsConfig { Servers = d.Texts("servers"), Searches = d.Texts("searches"), Options = d.Texts("options") }),
            Cni = b.One("cni", "CNI", c => new CniConfig { Args = c.TextMap("args") }),
            ReservedPorts = reserved.ToEquatableList(),
            DynamicPorts = dynamic.ToEquatableList(),
        };
    }

    private static LogConfig Logs(BlockReader b) => new()
    {
        MaxFiles = b.Integer("max_files"),
        MaxFileSizeMb = b.Integer("max_file_size", "MaxFileSizeMB"),
        Enabled = b.Flag("enabled"),
        Disabled = b.Flag("disabled"),
    };

    private static TaskArtifact Artifact(BlockReader b) => new()
    {
        Source = b.Text("source", "GetterSource"),
        Options = b.TextMap("options", "GetterOptions"),
        Headers = b.TextMap("headers", "GetterHeaders"),
        Mode = b.Text("mode", "GetterMode"),
        Insecure = b.Flag("insecure", "GetterInsecure"),
        Destination = b.Text("destination", "RelativeDest"),
        Chown = b.Is("chown"),
    };

    private static Template Template(BlockReader b) => new()
    {
        Source = b.Text("source", "SourcePath"),
        Destination = b.Text("destination", "DestPath"),
        Data = b.Text("data", "EmbeddedTmpl"),
        ChangeMode = b.Text("change_mode"),
        ChangeSignal = b.Text("change_signal"),
        ChangeScript = b.One("change_script", null, s => new ChangeScript
        {
            Command = s.Text("command"),
            Args = s.Texts("args"),
            Timeout = s.Duration("timeout"),
            FailOnError = s.Flag("fail_on_error"),
            RunOnFirstRender = s.Flag("run_on_first_render"),
        }),
        Once = b.Flag("once"),
        Splay = b.Duration("splay"),
        Perms = b.Text("perms"),
        Uid = b.Integer("uid"),
        Gid = b.Integer("gid"),
        LeftDelimiter = b.Text("left_delimiter", "LeftDelim"),
        RightDelimiter = b.Text("right_delimiter", "RightDelim"),
        Env = b.Flag("env", "Envvars"),
        VaultGrace = b.Duration("vault_grace"),
        Wait = b.One("wait", null, w => new WaitConfig { Min = w.Duration("min"), Max = w.Duration("max") }),
        ErrorOnMissingKey = b.Flag("error_on_missing_key", "ErrMissingKey"),
    };

    private static VolumeMount VolumeMount(BlockReader b) => new()
    {
        Volume = b.Text("volume"),
        Destination = b.Text("destination"),
        ReadOnly = b.Flag("read_only"),
        PropagationMode = b.Text("propagation_mode"),
        SeLinuxLabel = b.Text("selinux_label", "SELinuxLabel"),
    };

    private static CsiPluginConfig CsiPlugin(BlockReader b) => new()
    {
        Id = b.Text("id"),
        Type = b.Text("type"),
        MountDir = b.Text("mount_dir"),
        StagePublishBaseDir = b.Text("stage_publish_base_dir"),
        HealthTimeout = b.Duration("health_timeout") ?? TimeSpan.Zero,
    };

    private static Vault Vault(BlockReader b) => new()
    {
        Policies = b.Texts("policies"),
        Role = b.Text("role"),
        Namespace = b.Text("namespace"),
        Cluster = b.Text("cluster"),
        Env = b.Flag("env"),
        DisableFile = b.Flag("disable_file"),
        ChangeMode = b.Text("change_mode"),
        ChangeSignal = b.Text("change_signal"),
        AllowTokenExpiration = b.Flag("allow_token_expiration"),
    };

    private static Consul Consul(BlockReader b) => new()
    {
        Namespace = b.Text("namespace"),
        Cluster = b.Text("cluster"),
        Partition = b.Text("partition"),
    };

    private static Secret Secret(BlockReader b) => new()
    {
        Name = b.Labels.Count > 0 ? b.Labels[0] : "",
        Provider = b.Text("provider"),
        Path = b.Text("path"),
        Config = b.Config("config", "Config"),
        Env = b.TextMap("env"),
    };

    private static WorkloadIdentity Identity(BlockReader b) => new()
    {
        Name = b.Text("name"),
        Audience = b.Texts("aud"),
        ChangeMode = b.Text("change_mode"),
        ChangeSignal = b.Text("change_signal"),
        Env = b.Is("env"),
        File = b.Is("file"),
        Filepath = b.Text("filepath"),
        ServiceName = b.Text("service_name"),
        Ttl = b.Duration("ttl") ?? TimeSpan.Zero,
        ExtraClaims = b.Texts("extra_claims"),
    };
}
