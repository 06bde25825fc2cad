using Actors.Cli.CommandLine;

namespace Actors.Cli.Commands.Volumes;

/// <summary><c>pbm volume init</c>.</summary>
internal static class VolumeInitCommand
{
    private const string DefaultName = "volume.host.hcl";

    /// <summary>The file that it writes.</summary>
    internal const string Sample = """
        # A directory on one node, made while the node runs. Jobs of its namespace ask for it by its name:
        # volume "data" { type = "host", source = "database", access_mode = "single-node-writer", attachment_mode = "file-system" }
        # Make it with `pbm volume create <this file>`.

        name = "database"
        type = "host"

        # What makes it: mkdir makes a plain directory.
        plugin_id = "mkdir"

        # The node that it is on. Without one the servers choose a node of the pool that fulfils the constraints.
        # node_id   = "<the node's whole id>"
        # node_pool = "default"

        constraint {
          attribute = "${attr.kernel.name}"
          value     = "linux"
        }

        # The ways in which jobs may use it; each is a block of its own.
        capability {
          access_mode     = "single-node-writer"
          attachment_mode = "file-system"
        }

        # The directory's permissions, and the numbers of its user and group.
        parameters {
          mode = "0755"
          # uid = 1000
          # gid = 1000
        }

        """;

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "volume init",
        "[file]",
        $"Writes a sample volume file to begin from; default {DefaultName}.",
        [VolumeTypes.Flag],
        0,
        1,
        RunAsync,
        TalksToAgent: false);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        VolumeTypes.Check(invocation);
        var name = invocation.Arguments.Count > 0 ? invocation.Arguments[0] : DefaultName;
        await NewFile.WriteAsync(invocation, name, Sample).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Example volume specification written to {name}").ConfigureAwait(false);
        return 0;
    }
}
