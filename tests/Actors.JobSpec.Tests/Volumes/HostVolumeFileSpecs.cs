using Actors.Contracts.Jobs;
using Actors.Contracts.Volumes;
using Xunit;

namespace Actors.JobSpec.Tests.Volumes;

public sealed class HostVolumeFileSpecs
{
    private const string Whole = """
        namespace    = "team"
        name         = "database"
        type         = "host"
        plugin_id    = "mkdir"
        node_pool    = "gpu"
        capacity_min = "10GiB"
        capacity_max = 20000000000

        constraint {
          attribute = "${attr.kernel.name}"
          value     = "linux"
        }

        capability {
          access_mode     = "single-node-writer"
          attachment_mode = "file-system"
        }

        capability {
          access_mode     = "single-node-reader-only"
          attachment_mode = "file-system"
        }

        parameters {
          mode = "0750"
          uid  = 1000
        }
        """;

    [Fact]
    public void A_file_is_read_with_everything_in_it()
    {
        var read = HostVolumeFile.Parse(Whole, "v.hcl");

        Assert.Empty(read.Diagnostics);
        Assert.Empty(HostVolumeValidator.Validate(read.Volume!, registers: false));
        Assert.Equal(("team", "database", "mkdir", "gpu"), (read.Volume!.Namespace, read.Volume.Name, read.Volume.PluginId, read.Volume.NodePool));
        Assert.Equal((10L << 30, 20_000_000_000), (read.Volume.RequestedCapacityMinBytes, read.Volume.RequestedCapacityMaxBytes));
        Assert.Equal(["single-node-writer", "single-node-reader-only"], read.Volume.RequestedCapabilities.Select(c => c.AccessMode));
        Assert.Equal(new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }, read.Volume.Constraints.Single());
        Assert.Equal(("0750", "1000"), (read.Volume.Parameters["mode"], read.Volume.Parameters["uid"]));
    }

    [Theory]
    [InlineData("type = \"host\"", "name")]
    [InlineData("name = \"x\"\ntype = \"csi\"", "the only type of volume is \"host\", found \"csi\"")]
    [InlineData("name = \"x\"\nnode_idd = \"y\"", "node_idd")]
    [InlineData("name = \"x\"\ncapacity_min = \"ten\"", "capacity_min: expected a size")]
    [InlineData("name = local.x", "x")]
    [InlineData("name = \"x\"\ncapability {\n  acess_mode = \"single-node-writer\"\n}", "acess_mode")]
    public void What_a_file_may_not_say_is_told_with_its_place(string text, string message)
    {
        var error = Assert.Single(HostVolumeFile.Parse(text, "v.hcl").Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("capability {\n  access_mode = \"single-node-writer\"\n  attachment_mode = \"filesystem\"\n}", "attachment_mode must be \"file-system\", \"block-device\"; found \"filesystem\"", 2)]
    [InlineData("parameters {\n  mode = \"rwx\"\n}", "parameters.mode: found \"rwx\", expected octal permissions", 2)]
    [InlineData("parameters {\n  gid = \"staff\"\n}", "parameters.gid", 2)]
    [InlineData("parameters {\n  modus = \"0700\"\n}", "found \"modus\", expected mode, uid, gid", 2)]
    [InlineData("plugin_id = \"zfs\"", "the only plugin is \"mkdir\"; found \"zfs\"", 2)]
    [InlineData("node_id = \"n1\"", "node_id must be a whole UUID; found \"n1\"", 2)]
    [InlineData("capacity_min = \"2GB\"\ncapacity_max = \"1GB\"", "capacity_max (1000000000) must not be less than capacity_min (2000000000)", 3)]
    [InlineData("constraint {\n  distinct_hosts = true\n}", "distinct_hosts is for jobs and groups only", 2)]
    [InlineData("host_path = \"/srv\"", "host_path is for a volume that is registered", 2)]
    public void What_makes_no_sense_is_told_with_its_line(string more, string message, int line)
    {
        var read = HostVolumeFile.Parse($"name = \"x\"\n{more}", "v.hcl");
        Assert.Empty(read.Diagnostics);
        var error = Assert.Single(HostVolumeValidator.Validate(read.Volume!, registers: false, read.Locate));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Span!.Value.Line, line, line + 2);
    }

    [Fact]
    public void A_volume_that_is_registered_needs_its_node_and_path()
    {
        var found = HostVolumeValidator.Validate(new HostVolume { Name = "x", HostPath = "relative" }, registers: true);

        Assert.Equal(["NodeID", "HostPath"], found.Select(f => f.Path));
    }
}
