using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Decoding;

/// <summary>Blocks of a job file to the job's records: the job and what concerns placement and rollout.</summary>
internal static partial class JobDecoder
{
    public static Job Job(BlockReader b)
    {
        var id = b.Labels.Count > 0 ? b.Labels[0] : "";
        if (b.Has("id")) id = b.Text("id");
        var vault = b.One("vault", null, Vault);
        var secrets = b.Many("secret", "Secrets", Secret, labels: 1);
        var job = new Job
        {
            Id = id,
            Name = b.Text("name") is { Length: > 0 } name ? name : id,
            Region = b.Text("region"),
            Namespace = b.Text("namespace"),
            Type = b.Text("type"),
            Priority = b.Integer("priority"),
            AllAtOnce = b.Flag("all_at_once"),
            Datacenters = b.Texts("datacenters"),
            NodePool = b.Text("node_pool"),
            ConsulNamespace = b.Text("consul_namespace"),
            ConsulToken = b.Text("consul_token"),
            VaultNamespace = b.Text("vault_namespace"),
            VaultToken = b.Text("vault_token"),
            Constraints = b.Many("constraint", "Constraints", Constraint),
            Affinities = b.Many("affinity", "Affinities", Affinity),
            Spreads = b.Many("spread", "Spreads", Spread),
            Update = b.One("update", null, Update),
            Multiregion = b.One("multiregion", null, Multiregion),
            Periodic = b.One("periodic", null, Periodic),
            ParameterizedJob = b.One("parameterized", "ParameterizedJob", Parameterized),
            Reschedule = b.One("reschedule", null, Reschedule),
            Migrate = b.One("migrate", null, Migrate),
            Meta = b.TextMap("meta"),
            Ui = b.One("ui", "UI", Ui),
        };

        // A task directly under the job is a group of its own, before the others.
        var lone = b.Many("task", "TaskGroups", Task, labels: 1, suffix: ".Tasks[0]")
            .Map(task => new TaskGroup { Name = task.Name, Tasks = [task] });
        var groups = b.Many("group", "TaskGroups", Group, labels: 1, first: lone.Count);
        job = job with { TaskGroups = [.. lone, .. groups] };
        return vault is null && secrets.IsEmpty ? job : job with { TaskGroups = job.TaskGroups.Map(group => Inherit(group, vault, secrets)) };
    }

    private static TaskGroup Group(BlockReader b)
    {
        var vault = b.One("vault", null, Vault);
        var secrets = b.Many("secret", "Secrets", Secret, labels: 1);
        var group = new TaskGroup
        {
            Name = b.Labels.Count > 0 ? b.Labels[0] : "",
            Count = b.Integer("count"),
            Constraints = b.Many("constraint", "Constraints", Constraint),
            Affinities = b.Many("affinity", "Affinities", Affinity),
            Spreads = b.Many("spread", "Spreads", Spread),
            Volumes = b.ByLabel("volume", "Volumes", Volume),
            RestartPolicy = b.One("restart", "RestartPolicy", Restart),
            Disconnect = b.One("disconnect", null, Disconnect),
            ReschedulePolicy = b.One("reschedule", "ReschedulePolicy", Reschedule),
            EphemeralDisk = b.One("ephemeral_disk", null, EphemeralDisk),
            Update = b.One("update", null, Update),
            Migrate = b.One("migrate", null, Migrate),
            Networks = b.Many("network", "Networks", Network),
            Meta = b.TextMap("meta"),
            Services = b.Many("service", "Services", Service),
            ShutdownDelay = b.Duration("shutdown_delay"),
            MaxRunDuration = b.Duration("max_run_duration"),
            StopAfterClientDisconnect = b.Duration("stop_after_client_disconnect"),
            MaxClientDisconnect = b.Duration("max_client_disconnect"),
            PreventRescheduleOnLost = b.Flag("prevent_reschedule_on_lost"),
            Scaling = b.One("scaling", null, Scaling),
            Consul = b.One("consul", null, Consul),
            Tasks = b.Many("task", "Tasks", Task, labels: 1),
        };
        return Inherit(group, vault, secrets);
    }

    /// <summary>Gives tasks the vault and secrets of a level above that they don't have themselves.</summary>
    private static TaskGroup Inherit(TaskGroup group, Vault? vault, EquatableList<Secret> secrets)
    {
        if (vault is null && secrets.IsEmpty) return group;
        return group with
        {
            Tasks = group.Tasks.Map(task => task with
            {
                Vault = task.Vault ?? vault,
                Secrets = [.. task.Secrets, .. secrets.Where(secret => task.Secrets.All(own => own.Name != secret.Name))],
            }),
        };
    }

    internal static Constraint Constraint(BlockReader b)
    {
        var constraint = new Constraint
        {
            LeftTarget = Reference(b, "attribute"),
            RightTarget = b.Text("value", "RTarget"),
            Operand = b.Text("operator", "Operand"),
        };
        string? shorthand = null;
        foreach (var name in Shorthands)
        {
            if (!b.Has(name))
            {
                b.Allow(name);
                continue;
            }

            if (shorthand is not null || constraint.Operand.Length > 0)
            {
                b.Context.Diagnostics.Error(DiagnosticCodes.Conflict, b.RangeOf(name), $"a constraint has one operator, found {shorthand ?? constraint.Operand} and {name}");
                b.Allow(name);
                continue;
            }

            shorthand = name;
            constraint = Shorthand(b, name, constraint);
        }

        return constraint;
    }

    private static readonly string[] Shorthands =
    [
        Operands.Version, Operands.Semver, Operands.Regexp, Operands.SetContains, Operands.SetContainsAll, Operands.SetContainsAny,
        Operands.IsSet, Operands.IsNotSet, Operands.DistinctHosts, Operands.DistinctProperty,
    ];

    /// <summary>Forms such as <c>version = ">= 1.2"</c>. Nomad accepts the set and is_set ones too, but forgets them; here they work.</summary>
    private static Constraint Shorthand(BlockReader b, string name, Constraint constraint)
    {
        switch (name)
        {
            case Operands.DistinctHosts:
                return constraint with { Operand = name, RightTarget = b.Is(name) ? constraint.RightTarget : "false" };
            case Operands.DistinctProperty:
                return constraint with { Operand = name, LeftTarget = Fix(b, name, b.Text(name)) };
            case Operands.IsSet or Operands.IsNotSet:
                // is_set = true beside attribute, or is_set = "${attr…}" in place of it.
                var value = b.Text(name);
                if (value is "true" or "false")
                    return constraint with { Operand = (name == Operands.IsSet) == (value == "true") ? Operands.IsSet : Operands.IsNotSet };
                return constraint with { Operand = name, LeftTarget = Fix(b, name, value) };
            default:
                return constraint with { Operand = name, RightTarget = b.Text(name) };
        }
    }

    private static Affinity Affinity(BlockReader b)
    {
        var affinity = new Affinity
        {
            LeftTarget = Reference(b, "attribute"),
            RightTarget = b.Text("value", "RTarget"),
            Operand = b.Text("operator", "Operand"),
            Weight = b.Integer("weight"),
        };
        foreach (var name in Shorthands.Take(6))
        {
            if (b.Text(name) is { Length: > 0 } value) affinity = affinity with { Operand = name, RightTarget = value };
        }

        return affinity;
    }

    /// <summary>A reference to an attribute of the node, in today's form.</summary>
    private static string Reference(BlockReader b, string name) => Fix(b, name, b.Text(name, name == "attribute" && b.Type != "spread" ? "LTarget" : null));

    private static string Fix(BlockReader b, string name, string text)
    {
        if (OldForms.Reference(text) is not { } today) return text;
        b.Context.Diagnostics.Warning(DiagnosticCodes.OldReference, b.RangeOf(name), $"{text} is the form of HCL 1; {today} is assumed", $"write \"{today}\"");
        return today;
    }

    private static Spread Spread(BlockReader b) => new()
    {
        Attribute = Reference(b, "attribute"),
        Weight = b.Integer("weight"),
        SpreadTargets = b.Many("target", "SpreadTarget", t => new SpreadTarget
        {
            Value = t.Labels.Count > 0 ? t.Labels[0] : "",
            Percent = t.Count("percent"),
        }, labels: 1),
    };

    private static UpdateStrategy Update(BlockReader b) => new()
    {
        Stagger = b.Duration("stagger"),
        MaxParallel = b.Integer("max_parallel"),
        HealthCheck = b.Text("health_check"),
        MinHealthyTime = b.Duration("min_healthy_time"),
        HealthyDeadline = b.Duration("healthy_deadline"),
        ProgressDeadline = b.Duration("progress_deadline"),
        Canary = b.Integer("canary"),
        AutoRevert = b.Flag("auto_revert"),
        AutoPromote = b.Flag("auto_promote"),
    };

    private static RestartPolicy Restart(BlockReader b) => new()
    {
        Interval = b.Duration("interval"),
        Attempts = b.Integer("attempts"),
        Delay = b.Duration("delay"),
        Mode = b.Text("mode"),
        RenderTemplates = b.Flag("render_templates"),
    };

    private static ReschedulePolicy Reschedule(BlockReader b) => new()
    {
        Attempts = b.Integer("attempts"),
        Interval = b.Duration("interval"),
        Delay = b.Duration("delay"),
        DelayFunction = b.Text("delay_function"),
        MaxDelay = b.Duration("max_delay"),
        Unlimited = b.Flag("unlimited"),
    };

    private static MigrateStrategy Migrate(BlockReader b) => new()
    {
        MaxParallel = b.Integer("max_parallel"),
        HealthCheck = b.Text("health_check"),
        MinHealthyTime = b.Duration("min_healthy_time"),
        HealthyDeadline = b.Duration("healthy_deadline"),
    };

    private static DisconnectStrategy Disconnect(BlockReader b) => new()
    {
        LostAfter = b.Duration("lost_after"),
        StopOnClientAfter = b.Duration("stop_on_client_after"),
        Replace = b.Flag("replace"),
        Reconcile = b.Text("reconcile"),
    };

    private static EphemeralDisk EphemeralDisk(BlockReader b) => new()
    {
        Sticky = b.Flag("sticky"),
        Migrate = b.Flag("migrate"),
        SizeMb = b.Integer("size", "SizeMB"),
    };

    private static ScalingPolicy Scaling(BlockReader b) => new()
    {
        Min = b.Long("min"),
        Max = b.Long("max"),
        Enabled = b.Flag("enabled"),
        Type = b.Text("type"),
        Policy = b.Config("policy", "Policy"),
    };

    private static VolumeRequest Volume(BlockReader b) => new()
    {
        Name = b.Labels.Count > 0 ? b.Labels[0] : "",
        Type = b.Text("type"),
        Source = b.Text("source"),
        ReadOnly = b.Is("read_only"),
        Sticky = b.Is("sticky"),
        AccessMode = b.Text("access_mode"),
        AttachmentMode = b.Text("attachment_mode"),
        PerAlloc = b.Is("per_alloc"),
        MountOptions = b.One("mount_options", null, m => new CsiMountOptions
        {
            FsType = m.Text("fs_type", "FSType"),
            MountFlags = m.Texts("mount_flags"),
        }),
    };

    private static PeriodicConfig Periodic(BlockReader b) => new()
    {
        Enabled = b.Flag("enabled"),
        Spec = b.Text("cron", "Spec"),
        Specs = b.Texts("crons", "Specs"),
        SpecType = "cron",
        ProhibitOverlap = b.Flag("prohibit_overlap"),
        TimeZone = b.Text("time_zone"),
    };

    private static ParameterizedJobConfig Parameterized(BlockReader b) => new()
    {
        Payload = b.Text("payload"),
        MetaRequired = b.Texts("meta_required"),
        MetaOptional = b.Texts("meta_optional"),
    };

    private static Multiregion Multiregion(BlockReader b) => new()
    {
        Strategy = b.One("strategy", null, s => new MultiregionStrategy { MaxParallel = s.Integer("max_parallel"), OnFailure = s.Text("on_failure") }),
        Regions = b.Many("region", "Regions", r => new MultiregionRegion
        {
            Name = r.Labels.Count > 0 ? r.Labels[0] : "",
            Count = r.Integer("count"),
            Datacenters = r.Texts("datacenters"),
            NodePool = r.Text("node_pool"),
            Meta = r.TextMap("meta"),
        }, labels: 1),
    };

    private static JobUi Ui(BlockReader b) => new()
    {
        Description = b.Text("description"),
        Links = b.Many("link", "Links", l => new JobUiLink { Label = l.Text("label"), Url = l.Text("url") }),
    };
}
