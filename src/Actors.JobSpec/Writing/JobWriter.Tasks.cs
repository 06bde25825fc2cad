using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Writing;

internal static partial class JobWriter
{
    private static void Task(JobTask task, HclWriter w)
    {
        w.Text("driver", task.Driver);
        w.Text("user", task.User);
        w.IfTrue("leader", task.Leader);
        w.Duration("kill_timeout", task.KillTimeout);
        w.Text("kill_signal", task.KillSignal);
        w.Lasting("shutdown_delay", task.ShutdownDelay);
        w.Text("kind", task.Kind);
        w.One(task.Lifecycle, "lifecycle", l =>
        {
            w.Text("hook", l.Hook);
            w.IfTrue("sidecar", l.Sidecar);
        });
        w.Config("config", task.Config);
        w.Map("env", task.Env);
        w.Map("meta", task.Meta);
        w.Each(task.Constraints, "constraint", c => Constraint(c, w));
        w.Each(task.Affinities, "affinity", a => Affinity(a, w));
        w.One(task.RestartPolicy, "restart", r => Restart(r, w));
        w.One(task.Resources, "resources", r => Resources(r, w));
        w.One(task.LogConfig, "logs", l => Logs(l, w));
        w.Each(task.Artifacts, "artifact", a => Artifact(a, w));
        w.Each(task.Templates, "template", t => Template(t, w));
        w.One(task.DispatchPayload, "dispatch_payload", d => w.Text("file", d.File));
        w.Each(task.VolumeMounts, "volume_mount", m => Mount(m, w));
        w.One(task.CsiPluginConfig, "csi_plugin", p =>
        {
            w.Text("id", p.Id);
            w.Text("type", p.Type);
            w.Text("mount_dir", p.MountDir);
            w.Text("stage_publish_base_dir", p.StagePublishBaseDir);
            w.Lasting("health_timeout", p.HealthTimeout);
        });
        w.One(task.Vault, "vault", v =>
        {
            w.Texts("policies", v.Policies);
            w.Text("role", v.Role);
            w.Text("namespace", v.Namespace);
            w.Text("cluster", v.Cluster);
            w.Flag("env", v.Env);
            w.Flag("disable_file", v.DisableFile);
            w.Text("change_mode", v.ChangeMode);
            w.Text("change_signal", v.ChangeSignal);
            w.Flag("allow_token_expiration", v.AllowTokenExpiration);
        });
        w.One(task.Consul, "consul", c => Consul(c, w));
        w.Each(task.Secrets, "secret", s =>
        {
            w.Text("provider", s.Provider);
            w.Text("path", s.Path);
            w.Config("config", s.Config);
            w.Map("env", s.Env);
        }, s => s.Name);
        w.One(task.Identity, "identity", i => Identity(i, w));
        w.Each(task.Identities, "identity", i => Identity(i, w));
        w.Each(task.Actions, "action", a =>
        {
            w.Text("command", a.Command);
            w.Texts("args", a.Args);
        }, a => a.Name);
        w.One(task.Schedule, "schedule", s => w.One(s.Cron, "cron", c =>
        {
            w.Text("start", c.Start);
            w.Text("end", c.End);
            w.Text("timezone", c.Timezone);
        }));
        w.Each(task.ScalingPolicies, "scaling", s =>
        {
            w.Number("min", s.Min);
            w.Number("max", s.Max);
            w.Flag("enabled", s.Enabled);
            w.Config("policy", s.Policy);
        }, s => s.Type switch { "vertical_cpu" => "cpu", "vertical_mem" => "mem", _ => s.Type });
        w.Each(task.Services, "service", s => Service(s, w));
    }

    private static void Resources(Resources resources, HclWriter w)
    {
        w.Number("cpu", resources.CpuMhz);
        w.Number("cores", resources.Cores);
        w.Number("memory", resources.MemoryMb);
        w.Number("memory_max", resources.MemoryMaxMb);
        w.Number("disk", resources.DiskMb);
        w.Number("secrets", resources.SecretsMb);
        w.Number("iops", resources.Iops);
        w.Each(resources.Networks, "network", n => Network(n, w));
        w.Each(resources.Devices, "device", d =>
        {
            w.Number("count", (long?)d.Count);
            w.Each(d.Constraints, "constraint", c => Constraint(c, w));
            w.Each(d.Affinities, "affinity", a => Affinity(a, w));
        }, d => d.Name);
        w.One(resources.Numa, "numa", n =>
        {
            w.Text("affinity", n.Affinity);
            w.Texts("devices", n.Devices);
        });
    }

    private static void Logs(LogConfig logs, HclWriter w)
    {
        w.Number("max_files", logs.MaxFiles);
        w.Number("max_file_size", logs.MaxFileSizeMb);
        w.Flag("enabled", logs.Enabled);
        w.Flag("disabled", logs.Disabled);
    }

    private static void Artifact(TaskArtifact artifact, HclWriter w)
    {
        w.Text("source", artifact.Source);
        w.Text("destination", artifact.Destination);
        w.Text("mode", artifact.Mode);
        w.Flag("insecure", artifact.Insecure);
        w.IfTrue("chown", artifact.Chown);
        w.Map("options", artifact.Options);
        w.Map("headers", artifact.Headers);
    }

    private static void Template(Template template, HclWriter w)
    {
        w.Text("source", template.Source);
        w.Text("destination", template.Destination);
        w.Text("data", template.Data);
        w.Text("change_mode", template.ChangeMode);
        w.Text("change_signal", template.ChangeSignal);
        w.Flag("once", template.Once);
        w.Duration("splay", template.Splay);
        w.Text("perms", template.Perms);
        w.Number("uid", template.Uid);
        w.Number("gid", template.Gid);
        w.Text("left_delimiter", template.LeftDelimiter);
        w.Text("right_delimiter", template.RightDelimiter);
        w.Flag("env", template.Env);
        w.Duration("vault_grace", template.VaultGrace);
        w.Flag("error_on_missing_key", template.ErrorOnMissingKey);
        w.One(template.Wait, "wait", x =>
        {
            w.Duration("min", x.Min);
            w.Duration("max", x.Max);
        });
        w.One(template.ChangeScript, "change_script", s =>
        {
            w.Text("command", s.Command);
            w.Texts("args", s.Args);
            w.Duration("timeout", s.Timeout);
            w.Flag("fail_on_error", s.FailOnError);
            w.Flag("run_on_first_render", s.RunOnFirstRender);
        });
    }

    private static void Mount(VolumeMount mount, HclWriter w)
    {
        w.Text("volume", mount.Volume);
        w.Text("destination", mount.Destination);
        w.Flag("read_only", mount.ReadOnly);
        w.Text("propagation_mode", mount.PropagationMode);
        w.Text("selinux_label", mount.SeLinuxLabel);
    }

    private static void Identity(WorkloadIdentity identity, HclWriter w)
    {
        w.Text("name", identity.Name);
        w.Texts("aud", identity.Audience);
        w.Text("change_mode", identity.ChangeMode);
        w.Text("change_signal", identity.ChangeSignal);
        w.IfTrue("env", identity.Env);
        w.IfTrue("file", identity.File);
        w.Text("filepath", identity.Filepath);
        w.Text("service_name", identity.ServiceName);
        w.Lasting("ttl", identity.Ttl);
        w.Texts("extra_claims", identity.ExtraClaims);
    }
}
