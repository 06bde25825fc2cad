using Actors.Contracts.Nodes;
using Actors.Scheduling.Feasibility;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Feasibility;

public class TargetSpecs
{
    private static readonly Node Node = Any.Node(7) with
    {
        NodeClass = "big",
        NodePool = "gpu",
        Meta = new Dictionary<string, string> { ["rack"] = "r1", ["unique.slot"] = "4" },
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["unique.hostname"] = "h7" },
    };

    [Theory]
    [InlineData("${node.datacenter}", "dc1")]
    [InlineData("${node.unique.name}", "n7")]
    [InlineData("${node.class}", "big")]
    [InlineData("${node.pool}", "gpu")]
    [InlineData("${attr.kernel.name}", "linux")]
    [InlineData("$attr.kernel.name", "linux")]
    [InlineData("${meta.rack}", "r1")]
    [InlineData("${attr.driver.docker}", "1")]
    [InlineData("${attr.driver.docker.version}", "1.2.3")]
    [InlineData("${attr.driver.podman.version}", null)]
    [InlineData("${attr.missing}", null)]
    [InlineData("${nothing.known}", null)]
    [InlineData("plain text", "plain text")]
    [InlineData("$literal", "$literal")]
    public void References_resolve_to_what_the_node_has(string text, string? expected) => Assert.Equal(expected, Target.Parse(text).Resolve(Node));

    [Theory]
    [InlineData("${node.unique.id}", true)]
    [InlineData("${attr.unique.hostname}", true)]
    [InlineData("${meta.unique.slot}", true)]
    [InlineData("${attr.kernel.name}", false)]
    [InlineData("literal", false)]
    public void What_is_unique_to_a_node_escapes_its_class(string text, bool unique) => Assert.Equal(unique, Target.Parse(text).Unique);
}
