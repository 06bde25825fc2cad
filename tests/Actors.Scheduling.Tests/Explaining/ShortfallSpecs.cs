using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Scheduling.Explaining;

namespace Actors.Scheduling.Tests.Explaining;

public class ShortfallSpecs
{
    private static readonly NodeId Node = new(Guid.Parse("17000000-0000-4000-8000-000000000001"));

    [Theory]
    [InlineData("memory", "memory 300 MiB", 12, "212 MiB free", "12 nodes lack memory 300 MiB; the nearest is n17 with 212 MiB free")]
    [InlineData("cpu", "cpu 500 MHz", 1, "0 MHz free", "1 node lacks cpu 500 MHz; it is n17 with 0 MHz free")]
    [InlineData("constraint", "${attr.kernel.name} = windows", 2, "linux", "2 nodes fail constraint: ${attr.kernel.name} = windows is needed; the nearest is n17 with linux")]
    [InlineData("driver", "driver docker", 1, "", "1 node fails driver: driver docker is needed; it is n17 with none")]
    public void What_nodes_lack_is_said_with_the_nearest(string check, string needed, int count, string had, string text) =>
        Assert.Equal(text, Shortfalls.Describe(new NodeVerdict(check, needed, count, [new NodeShortfall(Node, "n17", had)])));

    [Theory]
    [InlineData("memory", "memory 300 MiB", "212 MiB free", "ask for 212 MiB of memory or less, free 88 MiB on n17, or add a node")]
    [InlineData("disk", "disk 300 MiB", "0 MiB free", "free 300 MiB on n17, or add a node")]
    [InlineData("cores", "cores 5", "3 cores free", "ask for 3 cores or less, free 2 cores on n17, or add a node")]
    [InlineData("device", "device amd/gpu", "2 nvidia/gpu/1080ti", "ask for devices that a node has, or add a node that has device amd/gpu")]
    [InlineData("devices", "2 nvidia/gpu", "1 free", "ask for fewer devices, or free some")]
    [InlineData("constraint", "${attr.kernel.name} = windows", "linux", "change the constraint ${attr.kernel.name} = windows, or add a node that fulfils it")]
    [InlineData("drain", "not draining", "draining", "end the drain: pbm node drain -disable 17000000")]
    [InlineData("eligibility", "eligible", "ineligible", "let allocations come to it: pbm node eligibility -enable 17000000")]
    [InlineData("datacenter", "datacenter dc1", "dc2", "name the datacenter of these nodes in the job (dc2), or add nodes to the one that it names")]
    [InlineData("port", "port 80 (http)", "80 held by 1b4e28ba", "let the port be dynamic, or stop what holds it")]
    [InlineData("something new", "x", "y", null)]
    public void What_would_make_it_fit_is_said_where_it_is_known(string check, string needed, string had, string? remedy) =>
        Assert.Equal(remedy, Shortfalls.Remedy(new NodeVerdict(check, needed, 3, [new NodeShortfall(Node, "n17", had)])));

    [Fact]
    public void A_verdict_without_nodes_is_said_too()
    {
        var verdict = new NodeVerdict("memory", "memory 300 MiB", 2, []);

        Assert.Equal("2 nodes lack memory 300 MiB", Shortfalls.Describe(verdict));
        Assert.Null(Shortfalls.Remedy(verdict));
    }
}
