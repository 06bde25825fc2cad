using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Client.Allocations;
using Actors.Client.Allocations.Hooks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Drivers;

namespace Actors.Client.Networks;

/// <summary>Makes and removes allocations' networks: a namespace each, connected by CNI plugins.</summary>
/// <param name="options">How networks are made.</param>
/// <param name="node">This node.</param>
/// <param name="drivers">Some of them hold namespaces.</param>
internal sealed class NetworkManager(NetworkOptions options, NodeId node, IReadOnlyCollection<ITaskDriver> drivers)
{
    private readonly NetworkName _name = new(node);
    private readonly CniRunner _cni = new(options.CniPath);

    /// <summary>The networks that groups may ask for with <c>cni/name</c>, by name.</summary>
    /// <exception cref="FormatException">A configuration can't be read.</exception>
    public IReadOnlyDictionary<string, CniNetwork> Configured() => CniNetworkFiles.Load(options.CniConfigDir);

    /// <summary>Whether a group has a network of its own.</summary>
    public static bool IsOwn(TaskGroup group) => group.Networks.FirstOrDefault()?.Mode is "bridge" or "none" || Named(group) is not null;

    /// <summary>The network of an allocation: the one that was made, if it is still there, else a new one.</summary>
    /// <exception cref="IOException">It can't be had.</exception>
    /// <exception cref="DriverException">Its namespace can't be held.</exception>
    public async Task<AllocationNetwork> EnsureAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (await FindAsync(scope, cancellationToken).ConfigureAwait(false) is { } made) return made;
        var file = FileOf(scope.Directory);
        await RemoveAsync(scope.Allocation.Id, scope.Directory, cancellationToken).ConfigureAwait(false);
        try
        {
            var network = await MakeAsync(scope, cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(file + ".new", JsonSerializer.Serialize(network, NetworkJson.Default.AllocationNetwork), cancellationToken).ConfigureAwait(false);
            File.Move(file + ".new", file, overwrite: true);
            return network;
        }
        catch
        {
            await RemoveAsync(scope.Allocation.Id, scope.Directory, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The network that was made for an allocation, when it is still there.</summary>
    /// <exception cref="DriverException">It can't be told.</exception>
    public async Task<AllocationNetwork?> FindAsync(AllocationScope scope, CancellationToken cancellationToken) =>
        Read(FileOf(scope.Directory)) is { } made && await IsThereAsync(scope, made, cancellationToken).ConfigureAwait(false) ? made : null;

    /// <summary>Removes all of an allocation's network, however much of it there is.</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="directory">Its directory; it may be gone.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="IOException">Something of it can't be removed now.</exception>
    /// <exception cref="DriverException">Its holder can't be removed now.</exception>
    public async Task RemoveAsync(AllocationId allocation, string directory, CancellationToken cancellationToken)
    {
        var (name, path) = (_name.Of(allocation), _name.PathOf(allocation));
        var made = Read(FileOf(directory));
        var leases = NetworkLeases.All().Where(lease => lease.Owner == name).ToList();
        if (made is not null || File.Exists(path) || leases.Count > 0)
        {
            var addresses = leases.Select(lease => lease.Address).Append(made?.Status?.Address ?? "").Where(address => address.Length > 0).ToHashSet(StringComparer.Ordinal);
            if (made?.Mode != "none") await DisconnectAsync(made, name, path, addresses, cancellationToken).ConfigureAwait(false);
            foreach (var lease in leases) File.Delete(lease.Path);
        }

        foreach (var holder in drivers.Select(d => d.Networks).OfType<INetworkHolder>().Where(_ => made is null || made.Holder.Length > 0))
        {
            if (made is not null || File.Exists(path)) await holder.ReleaseAsync(allocation, made?.Holder ?? "", cancellationToken).ConfigureAwait(false);
        }

        await NetworkNamespaces.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        // Last: by it a removal that was broken off is known to be one.
        if (File.Exists(FileOf(directory))) File.Delete(FileOf(directory));
    }

    /// <summary>The allocations of this node of which something of a network is on the machine.</summary>
    public async Task<IReadOnlySet<AllocationId>> FoundAsync(CancellationToken cancellationToken)
    {
        var rules = NetworkLeases.All().Count > 0 || NetworkNamespaces.All().Count > 0 ? OwnedRules.Ids(await TableAsync("nat", cancellationToken).ConfigureAwait(false)) : new HashSet<string>();
        return NetworkNamespaces.All().Concat(NetworkLeases.All().Select(lease => lease.Owner)).Concat(rules).Select(_name.Parse).OfType<AllocationId>().ToHashSet();
    }

    private static string? Named(TaskGroup group) => group.Networks.FirstOrDefault()?.Mode is { } mode && mode.StartsWith("cni/", StringComparison.Ordinal) ? mode[4..] : null;

    private static string FileOf(string directory) => Path.Combine(directory, AllocationDirectory.ControlName, AllocationNetwork.FileName);

    private static AllocationNetwork? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), NetworkJson.Default.AllocationNetwork) : null;
        }
        catch (JsonException)
        {
            // Half written when the machine went down: what was made is found by its name.
            return null;
        }
    }

    private static NetworkHold Hold(AllocationScope scope)
    {
        var network = scope.Group.Networks[0];
        return new NetworkHold(scope.Allocation.Id, scope.Node.Id, network.Hostname)
        {
            DnsServers = network.Dns?.Servers ?? [],
            DnsSearches = network.Dns?.Searches ?? [],
            DnsOptions = network.Dns?.Options ?? [],
        };
    }

    private INetworkHolder? HolderOf(TaskGroup group) => drivers.Where(d => group.Tasks.Any(t => t.Driver == d.Name)).Select(d => d.Networks).OfType<INetworkHolder>().FirstOrDefault();

    private async Task<bool> IsThereAsync(AllocationScope scope, AllocationNetwork made, CancellationToken cancellationToken)
    {
        if (made.Mode != scope.Group.Networks[0].Mode || made.Inode == 0) return false;
        if (await NetworkNamespaces.InodeAsync(made.Namespace, cancellationToken).ConfigureAwait(false) != made.Inode) return false;
        if (made.Holder.Length == 0) return true;
        return HolderOf(scope.Group) is { } holder && await holder.FindHeldAsync(scope.Allocation.Id, made.Holder, cancellationToken).ConfigureAwait(false) is { } held && held.Holder == made.Holder
            && await NetworkNamespaces.InodeAsync(held.Namespace, cancellationToken).ConfigureAwait(false) == made.Inode;
    }

    private async Task<AllocationNetwork> MakeAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        var asked = scope.Group.Networks[0];
        var network = NetworkOf(asked.Mode);
        var (name, path) = (_name.Of(scope.Allocation.Id), _name.PathOf(scope.Allocation.Id));
        var holder = "";
        if (HolderOf(scope.Group) is { } driver)
        {
            var held = await driver.HoldAsync(Hold(scope), cancellationToken).ConfigureAwait(false);
            await NetworkNamespaces.AttachAsync(name, held.Namespace, cancellationToken).ConfigureAwait(false);
            holder = held.Holder;
        }
        else
        {
            await NetworkNamespaces.AddAsync(name, cancellationToken).ConfigureAwait(false);
        }

        var result = await _cni.AddAsync(network, new CniAttachment(name, path, Ports(scope.Allocation), asked.Cni?.Args.ToDictionary() ?? []), cancellationToken).ConfigureAwait(false);
        var inode = await NetworkNamespaces.InodeAsync(path, cancellationToken).ConfigureAwait(false);
        return asked.Mode == "none"
            ? new AllocationNetwork(asked.Mode, path, inode, holder, null, null)
            : new AllocationNetwork(asked.Mode, path, inode, holder, CniResult.Read(result, asked.Dns?.Servers ?? []), result);
    }

    private CniNetwork NetworkOf(string mode)
    {
        if (mode == "none") return CniNetwork.Loopback;
        if (mode == "bridge") return CniNetwork.Bridge(options);
        var configured = Configured();
        return configured.TryGetValue(mode["cni/".Length..], out var network)
            ? network
            : throw new IOException($"{options.CniConfigDir} has no network \"{mode["cni/".Length..]}\"; it has {(configured.Count == 0 ? "none" : string.Join(", ", configured.Keys))}");
    }

    private static JsonArray Ports(Allocation allocation)
    {
        var ports = new JsonArray();
        foreach (var port in allocation.Resources.Ports.Where(p => p.Task is null))
        {
            foreach (var protocol in (string[])["tcp", "udp"])
            {
                ports.Add((JsonNode)new JsonObject
                {
                    ["hostPort"] = port.Value,
                    ["containerPort"] = port.To > 0 ? port.To : port.Value,
                    ["protocol"] = protocol,
                    ["hostIP"] = port.HostIp,
                });
            }
        }

        return ports;
    }

    private async Task DisconnectAsync(AllocationNetwork? made, string name, string path, IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        var exact = made is not null && await NetworkNamespaces.InodeAsync(path, cancellationToken).ConfigureAwait(false) == made.Inode;
        try
        {
            // A port map's plugin removes nothing of an attachment without ports.
            var ports = new JsonArray(new JsonObject { ["hostPort"] = 1, ["containerPort"] = 1, ["protocol"] = "tcp" });
            await _cni.DeleteAsync(NetworkOf(made?.Mode ?? "bridge"), new CniAttachment(name, File.Exists(path) ? path : "", ports, new Dictionary<string, string>()), made?.Result, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The plugins are gone, or stumble over what is half there: their rules are removed by hand.
            exact = false;
        }

        if (exact) return;
        foreach (var table in (string[])["nat", "filter"])
        {
            foreach (var arguments in OwnedRules.Removal(await TableAsync(table, cancellationToken).ConfigureAwait(false), name, addresses))
                await HostCommand.RunAsync("iptables", ["-w", "5", "-t", table, .. arguments], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> TableAsync(string table, CancellationToken cancellationToken) =>
        (await HostCommand.RunAsync("iptables-save", ["-t", table], cancellationToken).ConfigureAwait(false)).Checked($"the table {table} could not be read");
}
