using System.Net;
using System.Net.Sockets;

namespace Actors.Testing;

/// <summary>Ports of the loopback interface that nobody listens on.</summary>
public static class FreePorts
{
    /// <summary>Takes some ports, all different. They are held together, so that none is given twice in one call.</summary>
    public static int[] Take(int count)
    {
        var listeners = new TcpListener[count];
        try
        {
            for (var i = 0; i < count; i++)
            {
                listeners[i] = new TcpListener(IPAddress.Loopback, 0);
                listeners[i].Start();
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener?.Stop();
        }
    }
}
