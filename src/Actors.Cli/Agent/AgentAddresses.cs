using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Actors.Cli.CommandLine;

namespace Actors.Cli.Agent;

/// <summary>The addresses and ports an agent listens on and tells others.</summary>
internal static class AgentAddresses
{
    /// <summary>The bind address as an address.</summary>
    /// <exception cref="CommandFailedException">It isn't one.</exception>
    public static IPAddress Bind(string address) => IPAddress.TryParse(address, out var ip)
        ? ip
        : address == "localhost" ? IPAddress.Loopback : throw new CommandFailedException($"found bind address \"{address}\", expected an IP address of this machine, or 0.0.0.0 for all of them");

    /// <summary>What others are told: as given; else the bind address, or when that means all, the first address that is no loopback.</summary>
    public static string Advertise(string? given, IPAddress bind)
    {
        if (given is not null)
            return given;
        if (!bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any))
            return bind.ToString();
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback && !card.Name.StartsWith("docker", StringComparison.Ordinal) && !card.Name.StartsWith("veth", StringComparison.Ordinal) && !card.Name.StartsWith("br-", StringComparison.Ordinal))
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
        return (own ?? IPAddress.Loopback).ToString();
    }

    /// <summary>The port itself, or for 0 one that is free now.</summary>
    public static int Port(int wanted, IPAddress bind)
    {
        if (wanted != 0)
            return wanted;
        using var probe = new TcpListener(bind, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Can the port be listened on now?</summary>
    public static bool IsFree(int port, IPAddress bind)
    {
        try
        {
            using var probe = new TcpListener(bind, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
