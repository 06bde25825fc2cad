using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Writing;

/// <summary>The job's records as blocks: the counterpart of the decoder.</summary>
internal static partial class JobWriter
{
    public static void Job(Job job, HclWriter w) => w.Block("job", () =>
    {
        if (job.Name != job.Id) w.Text("name", job.Name);
        w.Text("region", job.Region);
        w.Text("namespace", job.Namespace);
        w.Text("type", job.Type);
        w.Number("priority", job.Priority);
        w.Flag("all_at_once", job.AllAtOnce);
        w.Texts("datacenters", job.Datacenters);
        w.Text("node_pool", job.NodePool);
        w.Text("consul_namespace", job.ConsulNamespace);
        w.Text("vault_namespace", job.VaultNamespace);
        w.Map("meta", job.Meta);
        w.Each(job.Constraints, "constraint", c => Constraint(c, w));
        w.Each(job.Affinities, "affinity", a => Affinity(a, w));
        w.Each(job.Spreads, "spread", s => Spread(s, w));
        w.One(job.Update, "update", u => Update(u, w));
        w.One(job.Migrate, "migrate", m => Migrate(m, w));
        w.One(job.Reschedule, "reschedule", r => Reschedule(r, w));
        w.One(job.Periodic, "periodic", p =>
        {
            w.Flag("enabled", p.Enabled);
            w.Text("cron", p.Spec);
            w.Texts("crons", p.Specs);
            w.Flag("prohibit_overlap", p.ProhibitOverlap);
            w.Text("time_zone", p.TimeZone);
        });
        w.One(job.ParameterizedJob, "parameterized", p =>
        {
            w.Text("payload", p.Payload);
            w.Texts("meta_required", p.MetaRequired);
            w.Texts("meta_optional", p.MetaOptional);
        });
        w.One(job.Multiregion, "multiregion", m =>
        {
            w.One(m.Strategy, "strategy", s =>
            {
                w.Number("max_parallel", s.MaxParallel);
                w.Text("on_failure", s.OnFailure);
            });
            w.Each(m.Regions, "region", r =>
            {
                w.Number("count", r.Count);
                w.Texts("datacenters", r.Datacenters);
                w.Text("node_pool", r.NodePool);
                w.Map("meta", r.Meta);
            }, r => r.Name);
        });
        w.One(job.Ui, "ui", u =>
        {
            w.Text("description", u.Description);
            w.Each(u.Links, "link", l =>
            {
                w.Text("label", l.Label);
                w.Text("url", l.Url);
            });
        });
        w.Each(job.TaskGroups, "group", g => Group(g, w), g => g.Name);
    }, job.Id);

    private static void Group(TaskGroup group, HclWriter w)
    {
        w.Number("count", group.Count);
        w.Duration("shutdown_delay", group.ShutdownDelay);
        w.Duration("max_run_duration", group.MaxRunDuration);
        w.Duration("stop_after_client_disconnect", group.StopAfterClientDisconnect);
        w.Duration("max_client_disconnect", group.MaxClientDisconnect);
        w.Flag("prevent_reschedule_on_lost", group.PreventRescheduleOnLost);
        w.Map("meta", group.Meta);
        w.Each(group.Constraints, "constraint", c => Constraint(c, w));
        w.Each(group.Affinities, "affinity", a => Affinity(a, w));
        w.Each(group.Spreads, "spread", s => Spread(s, w));
        w.One(group.Update, "update", u => Update(u, w));
        w.One(group.Migrate, "migrate", m => Migrate(m, w));
        w.One(group.ReschedulePolicy, "reschedule", r => Reschedule(r, w));
        w.One(group.RestartPolicy, "restart", r => Restart(r, w));
        w.One(group.Disconnect, "disconnect", d =>
        {
            w.Duration("lost_after", d.LostAfter);
            w.Duration("stop_on_client_after", d.StopOnClientAfter);
            w.Flag("replace", d.Replace);
            w.Text("reconcile", d.Reconcile);
        });
        w.One(group.EphemeralDisk, "ephemeral_disk", d =>
        {
            w.Number("size", d.SizeMb);
            w.Flag("sticky", d.Sticky);
            w.Flag("migrate", d.Migrate);
        });
        w.One(group.Scaling, "scaling", s =>
        {
            w.Number("min", s.Min);
            w.Number("max", s.Max);
            w.Flag("enabled", s.Enabled);
            w.Text("type", s.Type);
            w.Config("policy", s.Policy);
        });
        w.One(group.Consul, "consul", c => Consul(c, w));
        foreach (var (name, volume) in group.Volumes)
        {
            w.Block("volume", () =>
            {
                w.Text("type", volume.Type);
                w.Text("source", volume.Source);
                w.IfTrue("read_only", volume.ReadOnly);
                w.IfTrue("sticky", volume.Sticky);
                w.Text("access_mode", volume.AccessMode);
                w.Text("attachment_mode", volume.AttachmentMode);
                w.IfTrue("per_alloc", volume.PerAlloc);
                w.One(volume.MountOptions, "mount_options", m =>
                {
                    w.Text("fs_type", m.FsType);
                    w.Texts("mount_flags", m.MountFlags);
                });
            }, name);
        }

        w.Each(group.Networks, "network", n => Network(n, w));
        w.Each(group.Services, "service", s => Service(s, w));
        w.Each(group.Tasks, "task", t => Task(t, w), t => t.Name);
    }

    private static void Constraint(Constraint constraint, HclWriter w)
    {
        w.Text("attribute", constraint.LeftTarget);
        w.Text("operator", constraint.Operand);
        w.Text("value", constraint.RightTarget);
    }

    private static void Affinity(Affinity affinity, HclWriter w)
    {
        w.Text("attribute", affinity.LeftTarget);
        w.Text("operator", affinity.Operand);
        w.Text("value", affinity.RightTarget);
        w.Number("weight", affinity.Weight);
    }

    private static void Spread(Spread spread, HclWriter w)
    {
        w.Text("attribute", spread.Attribute);
        w.Number("weight", spread.Weight);
        w.Each(spread.SpreadTargets, "target", t => w.Number("percent", t.Percent), t => t.Value);
    }

    private static void Update(UpdateStrategy update, HclWriter w)
    {
        w.Number("max_parallel", update.MaxParallel);
        w.Number("canary", update.Canary);
        w.Text("health_check", update.HealthCheck);
        w.Duration("min_healthy_time", update.MinHealthyTime);
        w.Duration("healthy_deadline", update.HealthyDeadline);
        w.Duration("progress_deadline", update.ProgressDeadline);
        w.Duration("stagger", update.Stagger);
        w.Flag("auto_revert", update.AutoRevert);
        w.Flag("auto_promote", update.AutoPromote);
    }

    private static void Migrate(MigrateStrategy migrate, HclWriter w)
    {
        w.Number("max_parallel", migrate.MaxParallel);
        w.Text("health_check", migrate.HealthCheck);
        w.Duration("min_healthy_time", migrate.MinHealthyTime);
        w.Duration("healthy_deadline", migrate.HealthyDeadline);
    }

    private static void Reschedule(ReschedulePolicy policy, HclWriter w)
    {
        w.Number("attempts", policy.Attempts);
        w.Duration("interval", policy.Interval);
        w.Duration("delay", policy.Delay);
        w.Text("delay_function", policy.DelayFunction);
        w.Duration("max_delay", policy.MaxDelay);
        w.Flag("unlimited", policy.Unlimited);
    }

    private static void Restart(RestartPolicy restart, HclWriter w)
    {
        w.Number("attempts", restart.Attempts);
        w.Duration("interval", restart.Interval);
        w.Duration("delay", restart.Delay);
        w.Text("mode", restart.Mode);
        w.Flag("render_templates", restart.RenderTemplates);
    }

    private static void Consul(Consul consul, HclWriter w)
    {
        w.Text("namespace", consul.Namespace);
        w.Text("cluster", consul.Cluster);
        w.Text("partition", consul.Partition);
    }

    private static void Network(NetworkResource network, HclWriter w)
    {
        w.Text("mode", network.Mode);
        w.Text("device", network.Device);
        w.Text("cidr", network.Cidr);
        w.Text("ip", network.Ip);
        w.Text("hostname", network.Hostname);
        w.Number("mbits", network.MBits);
        w.One(network.Dns, "dns", d =>
        {
            w.Texts("servers", d.Servers);
            w.Texts("searches", d.Searches);
            w.Texts("options", d.Options);
        });
        w.One(network.Cni, "cni", c => w.Map("args", c.Args));
        w.Each(network.ReservedPorts, "port", p => Port(p, isStatic: true, w), p => p.Label);
        w.Each(network.DynamicPorts, "port", p => Port(p, isStatic: false, w), p => p.Label);
    }

    private static void Port(Port port, bool isStatic, HclWriter w)
    {
        if (isStatic) w.Number("static", port.Value);
        w.Positive("to", port.To);
        w.Text("host_network", port.HostNetwork);
        w.IfTrue("ignore_collision", port.IgnoreCollision);
    }
}
