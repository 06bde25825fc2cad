using Actors.Cli.CommandLine;

namespace Actors.Cli.Commands.Volumes;

/// <summary>The types of volumes that commands may be told of.</summary>
internal static class VolumeTypes
{
    /// <summary>The only one.</summary>
    public const string Host = "host";

    /// <summary>The flag.</summary>
    public static Flag Flag { get; } = Flag.Text("type", "type", $"The type of volume; \"{Host}\" is the only one.");

    /// <summary>Says so when another type is asked for.</summary>
    /// <exception cref="UsageException">It is.</exception>
    public static void Check(Invocation invocation)
    {
        if (invocation.Flags.Text("type") is not (null or Host) and var found)
            throw new UsageException($"-type: found \"{found}\", expected \"{Host}\": there are no volumes of other types");
    }
}
