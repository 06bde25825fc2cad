using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Actors.Drivers.Plugins;

/// <summary>
/// The one line by which a plugin tells its host where it listens, and the environment by which a host shows a plugin that
/// it is one: go-plugin's, with the cookie of Nomad's plugins.
/// </summary>
/// <param name="Network">"unix" or "tcp".</param>
/// <param name="Address">The socket's path, or host and port.</param>
internal sealed record Handshake(string Network, string Address)
{
    /// <summary>The variable that shows a plugin that a host started it.</summary>
    public const string CookieName = "NOMAD_PLUGIN_MAGIC_COOKIE";

    /// <summary>Its value.</summary>
    public const string CookieValue = "e4327c2e01eabfd75a8a67adb114fb34a757d57eee7728d857a8cec6e91a7255";

    /// <summary>The variable with the versions of the plugins' own protocol that the host speaks.</summary>
    public const string VersionsName = "PLUGIN_PROTOCOL_VERSIONS";

    /// <summary>The versions of the driver protocol that are spoken here; they differ in nothing that drivers use.</summary>
    public static IReadOnlyList<int> Versions { get; } = [1, 2];

    /// <summary>The version of the plugins' calls that is spoken here: the only one that there is.</summary>
    public const string ApiVersion = "v0.1.0";

    /// <summary>The variable with the directory that a plugin makes its socket in.</summary>
    public const string SocketDirectoryName = "PLUGIN_UNIX_SOCKET_DIR";

    /// <summary>The first of the ports that a plugin may listen on.</summary>
    public const int MinPort = 14000;

    /// <summary>The last of them.</summary>
    public const int MaxPort = 14512;

    private const int CoreVersion = 1;
    private const int FewestParts = 4;

    /// <summary>The endpoint to connect to.</summary>
    public EndPoint EndPoint => Network == "unix" ? new UnixDomainSocketEndPoint(Address) : IPEndPoint.Parse(Address);

    /// <summary>Reads a plugin's line.</summary>
    /// <exception cref="FormatException">It is not that of a driver plugin; says what was found and what was expected.</exception>
    public static Handshake Parse(string line)
    {
        var parts = line.Trim().Split('|');
        if (parts.Length < FewestParts || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var core))
            throw new FormatException($"expected a plugin's handshake (1|version|unix|path|grpc), found \"{Shorten(line)}\"");
        if (core != CoreVersion) throw new FormatException($"expected version {CoreVersion} of go-plugin's handshake, found {core}");
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var version) || !Versions.Contains(version))
            throw new FormatException($"expected version {string.Join(" or ", Versions)} of the driver protocol, found \"{parts[1]}\"");
        if (parts[2] is not ("unix" or "tcp")) throw new FormatException($"expected an address of kind unix or tcp, found \"{parts[2]}\"");
        var protocol = parts.Length > FewestParts ? parts[FewestParts] : "netrpc";
        if (protocol != "grpc") throw new FormatException($"expected a plugin that speaks grpc, found \"{protocol}\"");
        if (parts[2] == "tcp" && !IPEndPoint.TryParse(parts[3], out _)) throw new FormatException($"expected an IP address and port, found \"{parts[3]}\"");
        return new Handshake(parts[2], parts[3]);
    }

    /// <summary>A plugin's line.</summary>
    public override string ToString() => $"{CoreVersion}|{Versions[^1]}|{Network}|{Address}|grpc|";

    private static string Shorten(string line) => line.Length > 200 ? line[..200] + "…" : line;
}
