using System.Reflection;
using System.Runtime.InteropServices;
using Actors.Cli.CommandLine;

namespace Actors.Cli.Commands;

/// <summary><c>pbm version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version, with the revision it was built from.</summary>
    public static string Current =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Makes the command.</summary>
    public static Command Make() => new("version", "", "Shows the version of this program, and the runtime it is on.", [], 0, 0, Run, TalksToAgent: false);

    private static Task<int> Run(Invocation invocation)
    {
        var parts = Current.Split('+', 2);
        invocation.Cli.Out.WriteLine($"Actors v{parts[0]}");
        if (parts.Length > 1)
            invocation.Cli.Out.WriteLine($"Revision {parts[1]}");
        invocation.Cli.Out.WriteLine($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");
        return Task.FromResult(0);
    }
}
