using System.Text.Json.Nodes;
using Actors.Client.Leftovers;
using Actors.Client.Networks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>What is read of CNI's configurations and answers, of the kernel's rules and mounts, and what follows from it.</summary>
public sealed class NetworkRulesTests
{
    private const string Nat = """
        *nat
        :CNI-553898716728b562d8cb2a63 - [0:0]
        :CNI-DN-553898716728b562d8cb2 - [0:0]
        -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
        -A POSTROUTING -s 172.30.64.2/32 -m comment --comment "name: \"nomad\" id: \"mine\"" -j CNI-553898716728b562d8cb2a63
        -A POSTROUTING -s 172.30.64.3/32 -m comment --comment "name: \"nomad\" id: \"mine-too\"" -j CNI-aaaaaaaaaaaaaaaaaaaaaaaa
        -A CNI-553898716728b562d8cb2a63 -d 172.30.64.0/24 -m comment --comment "name: \"nomad\" id: \"mine\"" -j ACCEPT
        -A CNI-DN-553898716728b562d8cb2 -p tcp -m tcp --dport 28123 -j DNAT --to-destination 172.30.64.2:80
        -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"nomad\" id: \"mine\"" -m multiport --dports 28123 -j CNI-DN-553898716728b562d8cb2
        COMMIT
        """;

    private const string Filter = """
        -A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
        -A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j NOMAD-ADMIN
        -A CNI-FORWARD -d 172.30.64.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A CNI-FORWARD -s 172.30.64.3/32 -j ACCEPT
        """;

    [Fact]
    public void Of_the_kernels_rules_those_of_one_id_are_removed_and_then_their_chains() => Assert.Equal(
        [
            "-D POSTROUTING -s 172.30.64.2/32 -m comment --comment name: \"nomad\" id: \"mine\" -j CNI-553898716728b562d8cb2a63",
            "-D CNI-HOSTPORT-DNAT -p tcp -m comment --comment dnat name: \"nomad\" id: \"mine\" -m multiport --dports 28123 -j CNI-DN-553898716728b562d8cb2",
            "-F CNI-553898716728b562d8cb2a63",
            "-F CNI-DN-553898716728b562d8cb2",
            "-X CNI-553898716728b562d8cb2a63",
            "-X CNI-DN-553898716728b562d8cb2",
        ],
        OwnedRules.Removal(Nat, "mine", []).Select(words => string.Join(' ', words)));

    [Fact]
    public void Rules_that_know_only_an_address_are_removed_by_it() => Assert.Equal(
        ["-D CNI-FORWARD -d 172.30.64.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"],
        OwnedRules.Removal(Filter, "mine", ["172.30.64.2"]).Select(words => string.Join(' ', words)));

    [Fact]
    public void The_ids_of_all_rules_are_found() => Assert.Equal(["mine", "mine-too"], OwnedRules.Ids(Nat).Order());

    [Fact]
    public void A_name_tells_its_allocation_to_its_own_node_only()
    {
        var allocation = AllocationId.From(Guid.NewGuid());
        var (mine, other) = (new NetworkName(NodeId.From(Guid.NewGuid())), new NetworkName(NodeId.From(Guid.NewGuid())));

        Assert.Equal(allocation, mine.Parse(mine.Of(allocation)));
        Assert.Null(other.Parse(mine.Of(allocation)));
        Assert.Null(mine.Parse("cni-1234"));
    }

    [Fact]
    public void A_chain_is_spoken_to_plugin_by_plugin_and_only_a_port_map_gets_ports()
    {
        var network = CniNetwork.Parse("""{"cniVersion":"1.0.0","name":"n","plugins":[{"type":"bridge"},{"type":"portmap","capabilities":{"portMappings":true}}]}""", "n.conflist");
        var ports = new JsonArray(new JsonObject { ["hostPort"] = 80 });

        Assert.Equal("""{"type":"bridge","name":"n","cniVersion":"1.0.0"}""", network.Request(0, ports, null).ToJsonString());
        Assert.Equal(
            """{"type":"portmap","capabilities":{"portMappings":true},"name":"n","cniVersion":"1.0.0","prevResult":{"ips":[]},"runtimeConfig":{"portMappings":[{"hostPort":80}]}}""",
            network.Request(1, ports, JsonNode.Parse("""{"ips":[]}""")).ToJsonString());
    }

    [Theory]
    [InlineData("[]", "expected an object")]
    [InlineData("{", "n.conflist: ")]
    [InlineData("""{"type":"bridge"}""", "name is missing")]
    [InlineData("""{"name":"n","plugins":[{"type":"bridge"},{"kind":"x"}]}""", "plugins[1].type")]
    [InlineData("""{"name":"n","type":"../../bin/sh"}""", "plugins[0].type")]
    public void A_configuration_that_is_none_is_refused_with_its_place(string json, string reason)
    {
        var refused = Assert.Throws<FormatException>(() => CniNetwork.Parse(json, "n.conflist"));
        Assert.StartsWith("n.conflist", refused.Message);
        Assert.Contains(reason, refused.Message);
    }

    [Fact]
    public void Of_an_answer_the_address_inside_the_namespace_is_taken()
    {
        var answer = JsonNode.Parse("""
            {"interfaces":[{"name":"nomad"},{"name":"eth0","sandbox":"/var/run/netns/x"}],
             "ips":[{"interface":0,"address":"10.0.0.1/8"},{"interface":1,"address":"172.26.64.5/20"},{"interface":1,"address":"fd00::5/64"}]}
            """);

        Assert.Equal(new NetworkStatus("eth0", "172.26.64.5", "fd00::5") { DnsServers = ["9.9.9.9"] }, CniResult.Read(answer, ["9.9.9.9"]));
        Assert.Throws<FormatException>(() => CniResult.Read(JsonNode.Parse("""{"ips":[]}"""), []));
    }

    [Fact]
    public void Places_of_mounts_are_read_with_their_escapes() =>
        Assert.Equal(["/a b", "/c"], Mounts.Parse("36 35 98:0 / /a\\040b rw - ext3 /dev/x rw\n37 35 0:1 / /c rw - tmpfs t rw\n"));
}
