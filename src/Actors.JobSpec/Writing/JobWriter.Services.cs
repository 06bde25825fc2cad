using System.Globalization;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Writing;

internal static partial class JobWriter
{
    private static void Service(Service service, HclWriter w)
    {
        w.Text("name", service.Name);
        w.Text("provider", service.Provider);
        w.Text("port", service.PortLabel);
        w.Texts("tags", service.Tags);
        w.Texts("canary_tags", service.CanaryTags);
        w.IfTrue("enable_tag_override", service.EnableTagOverride);
        w.Text("address_mode", service.AddressMode);
        w.Text("address", service.Address);
        w.Text("task", service.TaskName);
        w.Text("on_update", service.OnUpdate);
        w.Text("cluster", service.Cluster);
        w.Text("kind", service.Kind);
        w.Map("meta", service.Meta);
        w.Map("canary_meta", service.CanaryMeta);
        w.Map("tagged_addresses", service.TaggedAddresses);
        w.One(service.Weights, "weights", x =>
        {
            w.Number("passing", x.Passing);
            w.Number("warning", x.Warning);
        });
        w.One(service.CheckRestart, "check_restart", r => Restart(r, w));
        w.One(service.Identity, "identity", i => Identity(i, w));
        w.Each(service.Checks, "check", c => Check(c, w));
        w.One(service.Connect, "connect", c => Connect(c, w));
    }

    private static void Restart(CheckRestart restart, HclWriter w)
    {
        w.Positive("limit", restart.Limit);
        w.Duration("grace", restart.Grace);
        w.IfTrue("ignore_warnings", restart.IgnoreWarnings);
    }

    private static void Check(ServiceCheck check, HclWriter w)
    {
        w.Text("name", check.Name);
        w.Text("type", check.Type);
        w.Text("command", check.Command);
        w.Texts("args", check.Args);
        w.Text("path", check.Path);
        w.Text("protocol", check.Protocol);
        w.Text("port", check.PortLabel);
        w.IfTrue("expose", check.Expose);
        w.Text("address_mode", check.AddressMode);
        w.Text("advertise", check.Advertise);
        w.Lasting("interval", check.Interval);
        w.Lasting("timeout", check.Timeout);
        w.Text("initial_status", check.InitialStatus);
        w.Text("notes", check.Notes);
        w.Text("tls_server_name", check.TlsServerName);
        w.IfTrue("tls_skip_verify", check.TlsSkipVerify);
        w.Lists("header", check.Header);
        w.Text("method", check.Method);
        w.One(check.CheckRestart, "check_restart", r => Restart(r, w));
        w.Text("grpc_service", check.GrpcService);
        w.IfTrue("grpc_use_tls", check.GrpcUseTls);
        w.Text("task", check.TaskName);
        w.Positive("success_before_passing", check.SuccessBeforePassing);
        w.Positive("failures_before_critical", check.FailuresBeforeCritical);
        w.Positive("failures_before_warning", check.FailuresBeforeWarning);
        w.Text("body", check.Body);
        w.Text("on_update", check.OnUpdate);
    }

    private static void Connect(ConsulConnect connect, HclWriter w)
    {
        w.IfTrue("native", connect.Native);
        w.One(connect.SidecarService, "sidecar_service", s =>
        {
            w.Texts("tags", s.Tags);
            w.Text("port", s.Port);
            w.IfTrue("disable_default_tcp_check", s.DisableDefaultTcpCheck);
            w.Map("meta", s.Meta);
            w.One(s.Proxy, "proxy", p => Proxy(p, w));
        });
        w.One(connect.SidecarTask, "sidecar_task", s =>
        {
            w.Text("name", s.Name);
            w.Text("driver", s.Driver);
            w.Text("user", s.User);
            w.Config("config", s.Config);
            w.Map("env", s.Env);
            w.Map("meta", s.Meta);
            w.Duration("kill_timeout", s.KillTimeout);
            w.Duration("shutdown_delay", s.ShutdownDelay);
            w.Text("kill_signal", s.KillSignal);
            w.One(s.Resources, "resources", r => Resources(r, w));
            w.One(s.LogConfig, "logs", l => Logs(l, w));
            w.Each(s.VolumeMounts, "volume_mount", m => Mount(m, w));
            w.Each(s.Identities, "identity", i => Identity(i, w));
        });
        w.One(connect.Gateway, "gateway", g => Gateway(g, w));
    }

    private static void Proxy(ConsulProxy proxy, HclWriter w)
    {
        w.Text("local_service_address", proxy.LocalServiceAddress);
        w.Positive("local_service_port", proxy.LocalServicePort);
        w.One(proxy.Expose, "expose", e => w.Each(e.Paths, "path", p =>
        {
            w.Text("path", p.Path);
            w.Text("protocol", p.Protocol);
            w.Positive("local_path_port", p.LocalPathPort);
            w.Text("listener_port", p.ListenerPort);
        }));
        w.Each(proxy.Upstreams, "upstreams", u =>
        {
            w.Text("destination_name", u.DestinationName);
            w.Text("destination_namespace", u.DestinationNamespace);
            w.Text("destination_peer", u.DestinationPeer);
            w.Text("destination_partition", u.DestinationPartition);
            w.Text("destination_type", u.DestinationType);
            w.Positive("local_bind_port", u.LocalBindPort);
            w.Text("datacenter", u.Datacenter);
            w.Text("local_bind_address", u.LocalBindAddress);
            w.Text("local_bind_socket_path", u.LocalBindSocketPath);
            w.Text("local_bind_socket_mode", u.LocalBindSocketMode);
            w.One(u.MeshGateway, "mesh_gateway", m => w.Text("mode", m.Mode));
            w.Config("config", u.Config);
        });
        w.One(proxy.TransparentProxy, "transparent_proxy", t =>
        {
            w.Text("uid", t.Uid);
            w.Positive("outbound_port", t.OutboundPort);
            w.Texts("exclude_inbound_ports", t.ExcludeInboundPorts);

            // Numbers as text: the decoder converts them.
            w.Texts("exclude_outbound_ports", t.ExcludeOutboundPorts.Map(port => port.ToString(CultureInfo.InvariantCulture)));
            w.Texts("exclude_outbound_cidrs", t.ExcludeOutboundCidrs);
            w.Texts("exclude_uids", t.ExcludeUids);
            w.IfTrue("no_dns", t.NoDns);
        });
        w.Config("config", proxy.Config);
    }

    private static void Gateway(ConsulGateway gateway, HclWriter w)
    {
        w.One(gateway.Proxy, "proxy", p =>
        {
            w.Duration("connect_timeout", p.ConnectTimeout);
            w.IfTrue("envoy_gateway_bind_tagged_addresses", p.EnvoyGatewayBindTaggedAddresses);
            w.IfTrue("envoy_gateway_no_default_bind", p.EnvoyGatewayNoDefaultBind);
            w.Text("envoy_dns_discovery_type", p.EnvoyDnsDiscoveryType);
            w.Each(p.EnvoyGatewayBindAddresses.ToEquatableList(), "envoy_gateway_bind_addresses", a =>
            {
                w.Text("address", a.Value.Address);
                w.Positive("port", a.Value.Port);
            }, a => a.Key);
            w.Config("config", p.Config);
        });
        w.One(gateway.Ingress, "ingress", i =>
        {
            w.One(i.Tls, "tls", t => Tls(t, w));
            w.Each(i.Listeners, "listener", l =>
            {
                w.Positive("port", l.Port);
                w.Text("protocol", l.Protocol);
                w.Each(l.Services, "service", s =>
                {
                    w.Text("name", s.Name);
                    w.Texts("hosts", s.Hosts);
                    w.One(s.Tls, "tls", t => Tls(t, w));
                    w.One(s.RequestHeaders, "request_headers", h => Headers(h, w));
                    w.One(s.ResponseHeaders, "response_headers", h => Headers(h, w));
                    w.Number("max_connections", s.MaxConnections);
                    w.Number("max_pending_requests", s.MaxPendingRequests);
                    w.Number("max_concurrent_requests", s.MaxConcurrentRequests);
                });
            });
        });
        w.One(gateway.Terminating, "terminating", t => w.Each(t.Services, "service", s =>
        {
            w.Text("name", s.Name);
            w.Text("ca_file", s.CaFile);
            w.Text("cert_file", s.CertFile);
            w.Text("key_file", s.KeyFile);
            w.Text("sni", s.Sni);
        }));
        w.One(gateway.Mesh, "mesh", _ => { });
    }

    private static void Tls(ConsulGatewayTlsConfig tls, HclWriter w)
    {
        w.IfTrue("enabled", tls.Enabled);
        w.Text("tls_min_version", tls.TlsMinVersion);
        w.Text("tls_max_version", tls.TlsMaxVersion);
        w.Texts("cipher_suites", tls.CipherSuites);
        w.One(tls.Sds, "sds", s =>
        {
            w.Text("cluster_name", s.ClusterName);
            w.Text("cert_resource", s.CertResource);
        });
    }

    private static void Headers(ConsulHttpHeaderModifiers headers, HclWriter w)
    {
        w.Map("add", headers.Add);
        w.Map("set", headers.Set);
        w.Texts("remove", headers.Remove);
    }
}
