using System.Net;
using System.Net.Sockets;

namespace Actors.Testing;

/// <summary>
/// Ports of the loopback interface that nobody listens on. They lie below those from which Linux gives a connection its own port
/// (<c>ip_local_port_range</c>): one from among those is soon taken by some connection between the asking and the listening, even by a connection
/// to that very port, which then talks to itself. And they lie below a node's dynamic ports, which a test's own tasks are given.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Last = 19_999;

    // Each process begins elsewhere, and gives no port twice before all had their turn.
    private static int _next = Random.Shared.Next(First, Last + 1);

    /// <summary>Takes some ports, all different from each other and from those of earlier calls.</summary>
    /// <exception cref="InvalidOperationException">Not so many are free.</exception>
    public static int[] Take(int count)
    {
        var ports = new List<int>(count);
        for (var tries = First; ports.Count < count && tries <= Last; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (Last - First + 1));
            if (IsFree(port))
                ports.Add(port);
        }

        return ports.Count == count ? [.. ports] : throw new InvalidOperationException($"{ports.Count} ports from {First} to {Last} are free, {count} are needed");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
