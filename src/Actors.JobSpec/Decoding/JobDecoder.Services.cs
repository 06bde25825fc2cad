using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Decoding;

/// <summary>Services, checks and Consul's service mesh.</summary>
internal static partial class JobDecoder
{
    private static Service Service(BlockReader b) => new()
    {
        Name = b.Text("name"),
        Tags = b.Texts("tags"),
        CanaryTags = b.Texts("canary_tags"),
        EnableTagOverride = b.Is("enable_tag_override"),
        PortLabel = b.Text("port", "PortLabel"),
        AddressMode = b.Text("address_mode"),
        Address = b.Text("address"),
        Checks = b.Many("check", "Checks", Check),
        CheckRestart = b.One("check_restart", null, CheckRestart),
        Connect = b.One("connect", null, Connect),
        Meta = b.TextMap("meta"),
        CanaryMeta = b.TextMap("canary_meta"),
        TaggedAddresses = b.TextMap("tagged_addresses"),
        TaskName = b.Text("task", "TaskName"),
        OnUpdate = b.Text("on_update"),
        Identity = b.One("identity", null, Identity),
        Weights = b.One("weights", null, w => new ServiceWeights { Passing = w.Integer("passing") ?? 1, Warning = w.Integer("warning") ?? 1 }),
        Provider = b.Text("provider"),
        Cluster = b.Text("cluster"),
        Kind = b.Text("kind"),
    };

    private static ServiceCheck Check(BlockReader b)
    {
        var check = new ServiceCheck
        {
            Name = b.Text("name"),
            Type = b.Text("type"),
            Command = b.Text("command"),
            Args = b.Texts("args"),
            Path = b.Text("path"),
            Protocol = b.Text("protocol"),
            PortLabel = b.Text("port", "PortLabel"),
            Expose = b.Is("expose"),
            AddressMode = b.Text("address_mode"),
            Advertise = b.Text("advertise"),
            Interval = b.Duration("interval") ?? TimeSpan.Zero,
            Timeout = b.Duration("timeout") ?? TimeSpan.Zero,
            InitialStatus = b.Text("initial_status"),
            Notes = b.Text("notes"),
            TlsServerName = b.Text("tls_server_name", "TLSServerName"),
            TlsSkipVerify = b.Is("tls_skip_verify", "TLSSkipVerify"),
            Header = b.TextListMap("header"),
            Method = b.Text("method"),
            CheckRestart = b.One("check_restart", null, CheckRestart),
            GrpcService = b.Text("grpc_service", "GRPCService"),
            GrpcUseTls = b.Is("grpc_use_tls", "GRPCUseTLS"),
            TaskName = b.Text("task", "TaskName"),
            SuccessBeforePassing = b.Count("success_before_passing"),
            FailuresBeforeCritical = b.Count("failures_before_critical"),
            FailuresBeforeWarning = b.Count("failures_before_warning"),
            Body = b.Text("body"),
            OnUpdate = b.Text("on_update"),
        };

        // Early Nomad files have "delay" where "interval" belongs.
        if (!b.Has("interval") && b.Has("delay") && b.Duration("delay", "Interval") is { } delay)
        {
            b.Tolerate("delay", "a check has no attribute delay; it is taken as interval", DiagnosticCodes.Misspelled);
            return check with { Interval = delay };
        }

        b.Tolerate("delay", "a check has no attribute delay; it has no effect");
        return check;
    }

    private static CheckRestart CheckRestart(BlockReader b) => new()
    {
        Limit = b.Count("limit"),
        Grace = b.Duration("grace"),
        IgnoreWarnings = b.Is("ignore_warnings"),
    };

    private static ConsulConnect Connect(BlockReader b) => new()
    {
        Native = b.Is("native"),
        Gateway = b.One("gateway", null, Gateway),
        SidecarService = b.One("sidecar_service", null, s => new ConsulSidecarService
        {
            Tags = s.Texts("tags"),
            Port = s.Text("port"),
            Proxy = s.One("proxy", null, Proxy),
            DisableDefaultTcpCheck = s.Is("disable_default_tcp_check", "DisableDefaultTCPCheck"),
            Meta = s.TextMap("meta"),
        }),
        SidecarTask = b.One("sidecar_task", null, s => new SidecarTask
        {
            Name = s.Text("name"),
            Driver = s.Text("driver"),
            User = s.Text("user"),
            Config = s.Config("config", "Config"),
            Env = s.TextMap("env"),
            Resources = s.One("resources", null, Resources),
            Meta = s.TextMap("meta"),
            KillTimeout = s.Duration("kill_timeout"),
            LogConfig = s.One("logs", "LogConfig", Logs),
            ShutdownDelay = s.Duration("shutdown_delay"),
            KillSignal = s.Text("kill_signal"),
            VolumeMounts = s.Many("volume_mount", "VolumeMounts", VolumeMount),
            Identities = s.Many("identity", "Identities", Identity),
        }),
    };

    private static ConsulProxy Proxy(BlockReader b) => new()
    {
        LocalServiceAddress = b.Text("local_service_address"),
        LocalServicePort = b.Count("local_service_port"),
        Expose = b.One("expose", null, e => new ConsulExposeConfig
        {
            Paths = e.Many("path", "Paths", p => new ConsulExposePath
            {
                Path = p.Text("path"),
                Protocol = p.Text("protocol"),
                LocalPathPort = p.Count("local_path_port"),
                ListenerPort = p.Text("listener_port"),
            }),
        }),
        Upstreams = b.Many("upstreams", "Upstreams", u => new ConsulUpstream
        {
            DestinationName = u.Text("destination_name"),
            DestinationNamespace = u.Text("destination_namespace"),
            DestinationPeer = u.Text("destination_peer"),
            DestinationPartition = u.Text("destination_partition"),
            DestinationType = u.Text("destination_type"),
            LocalBindPort = u.Count("local_bind_port"),
            Datacenter = u.Text("datacenter"),
            LocalBindAddress = u.Text("local_bind_address"),
            LocalBindSocketPath = u.Text("local_bind_socket_path"),
            LocalBindSocketMode = u.Text("local_bind_socket_mode"),
            MeshGateway = u.One("mesh_gateway", null, m => new ConsulMeshGateway { Mode = m.Text("mode") }),
            Config = u.Config("config", "Config"),
        }),
        TransparentProxy = b.One("transparent_proxy", null, t => new ConsulTransparentProxy
        {
            Uid = t.Text("uid", "UID"),
            OutboundPort = t.Count("outbound_port"),
            ExcludeInboundPorts = t.Texts("exclude_inbound_ports"),
            ExcludeOutboundPorts = t.Integers("exclude_outbound_ports"),
            ExcludeOutboundCidrs = t.Texts("exclude_outbound_cidrs", "ExcludeOutboundCIDRs"),
            ExcludeUids = t.Texts("exclude_uids", "ExcludeUIDs"),
            NoDns = t.Is("no_dns", "NoDNS"),
        }),
        Config = b.Config("config", "Config"),
    };

    private static ConsulGateway Gateway(BlockReader b) => new()
    {
        Proxy = b.One("proxy", null, p => new ConsulGatewayProxy
        {
            ConnectTimeout = p.Duration("connect_timeout"),
            EnvoyGatewayBindTaggedAddresses = p.Is("envoy_gateway_bind_tagged_addresses"),
            EnvoyGatewayBindAddresses = p.ByLabel("envoy_gateway_bind_addresses", "EnvoyGatewayBindAddresses", a => new ConsulGatewayBindAddress
            {
                Name = a.Labels.Count > 0 ? a.Labels[0] : "",
                Address = a.Text("address"),
                Port = a.Count("port"),
            }),
            EnvoyGatewayNoDefaultBind = p.Is("envoy_gateway_no_default_bind"),
            EnvoyDnsDiscoveryType = p.Text("envoy_dns_discovery_type", "EnvoyDNSDiscoveryType"),
            Config = p.Config("config", "Config"),
        }),
        Ingress = b.One("ingress", null, i => new ConsulIngressConfigEntry
        {
            Tls = i.One("tls", "TLS", Tls),
            Listeners = i.Many("listener", "Listeners", l => new ConsulIngressListener
            {
                Port = l.Count("port"),
                Protocol = l.Text("protocol"),
                Services = l.Many("service", "Services", s => new ConsulIngressService
                {
                    Name = s.Text("name"),
                    Hosts = s.Texts("hosts"),
                    Tls = s.One("tls", "TLS", Tls),
                    RequestHeaders = s.One("request_headers", null, Headers),
                    ResponseHeaders = s.One("response_headers", null, Headers),
                    MaxConnections = Limit(s, "max_connections"),
                    MaxPendingRequests = Limit(s, "max_pending_requests"),
                    MaxConcurrentRequests = Limit(s, "max_concurrent_requests"),
                }),
            }),
        }),
        Terminating = b.One("terminating", null, t => new ConsulTerminatingConfigEntry
        {
            Services = t.Many("service", "Services", s => new ConsulLinkedService
            {
                Name = s.Text("name"),
                CaFile = s.Text("ca_file", "CAFile"),
                CertFile = s.Text("cert_file"),
                KeyFile = s.Text("key_file"),
                Sni = s.Text("sni", "SNI"),
            }),
        }),
        Mesh = b.One("mesh", null, _ => new ConsulMeshConfigEntry()),
    };

    private static ConsulGatewayTlsConfig Tls(BlockReader b) => new()
    {
        Enabled = b.Is("enabled"),
        TlsMinVersion = b.Text("tls_min_version", "TLSMinVersion"),
        TlsMaxVersion = b.Text("tls_max_version", "TLSMaxVersion"),
        CipherSuites = b.Texts("cipher_suites"),
        Sds = b.One("sds", "SDS", s => new ConsulGatewayTlsSdsConfig { ClusterName = s.Text("cluster_name"), CertResource = s.Text("cert_resource") }),
    };

    private static ConsulHttpHeaderModifiers Headers(BlockReader b) => new()
    {
        Add = b.TextMap("add"),
        Set = b.TextMap("set"),
        Remove = b.Texts("remove"),
    };

    private static uint? Limit(BlockReader b, string name)
    {
        if (b.Long(name) is not { } value) return null;
        if (value is >= 0 and <= uint.MaxValue) return (uint)value;
        b.Context.Diagnostics.Error(DiagnosticCodes.OutOfRange, b.RangeOf(name), $"{name}: a whole number from 0 to {uint.MaxValue} is needed, found {value}");
        return null;
    }
}
