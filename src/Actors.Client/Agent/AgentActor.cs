using System.Text.Json;
using Actors.Client.Allocations;
using Actors.Client.Fingerprints;
using Actors.Client.Hosting;
using Actors.Client.Leftovers;
using Actors.Client.Link;
using Actors.Client.State;
using Actors.Client.Streams;
using Actors.Client.Tasks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Akka.Actor;
using Akka.Event;
using Google.Protobuf;

namespace Actors.Client.Agent;

/// <summary>The root of the client: registers the node, converges to the desired set, tells the servers what is.</summary>
internal sealed class AgentActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FingerprintWithin = TimeSpan.FromSeconds(5);

    // Looking through all processes of the machine waits until the tasks that run are found again.
    private static readonly TimeSpan FirstLeftovers = TimeSpan.FromSeconds(3);

    private readonly ClientContext _context;
    private readonly ClientStatus _status;
    private readonly HostStatistics _host;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _life = new();
    private readonly NodeFacts _facts;
    private readonly NetworkFingerprint _networks;
    private readonly Dictionary<AllocationId, AllocationEntry> _allocations = [];
    private readonly JobsTold _jobs = new();
    private readonly IActorRef _link;
    private readonly IActorRef _reports;
    private readonly List<IActorRef> _waitForEmpty = [];
    private bool _leaving;
    private IReadOnlyList<AllocationRecord> _remembered;
    private string _region = "global";
    private bool _connected;
    private bool _told;
    private readonly LeftoverCollector _leftovers;
    private readonly HashSet<AllocationId> _leftoversGoing = [];
    private HashSet<AllocationId> _listed = [];
    private IReadOnlyList<string> _deletedVolumes = [];

    public AgentActor(ClientContext context, ClientStatus status, string secret, StreamService streams, HostStatistics host, IReadOnlyList<AllocationRecord> remembered)
    {
        (_context, _status, _host, _remembered) = (context, status, host, remembered);
        _leftovers = new LeftoverCollector(context, status.NodeId!.Value, context.Directories.Root);
        _networks = new NetworkFingerprint(context.Options.Networks);
        _facts = new NodeFacts(status.NodeId!.Value, secret, context.Options, context.Volumes, context.Drivers.Count);
        _link = Context.ActorOf(Props.Create(() => new LinkActor(context.Options, streams)), "link");
        _reports = Context.ActorOf(Props.Create(() => new ReportActor(_link)), "reports");
        streams.Agent = Self;

        Receive<HostFound>(found => { _facts.Take(found.Facts); _host.MhzPerCore = (double)found.Facts.CpuMhz / found.Facts.Cores; Compose(); });
        Receive<HostNotFound>(failed => { _log.Error(failed.Cause, "The machine can't be fingerprinted"); _status.Failed(failed.Cause); });
        Receive<CloudFound>(found => { _facts.Take(found.Attributes); Compose(); });
        Receive<DriverFound>(OnDriver);
        Receive<FingerprintDeadline>(_ => Compose(waitForDrivers: false));
        Receive<FingerprintDue>(_ => LookAtHost());
        Receive<VolumesChanged>(_ => Compose());
        Receive<LinkUp>(_ => SayHello());
        Receive<LinkDown>(_ => { _connected = false; _status.ConnectedServer = ""; _reports.Tell(new ServersReachable(false)); });
        Receive<LinkFrame>(frame => OnFrame(frame.Frame));
        Receive<AllocationChanged>(OnChanged);
        Receive<AllocationRemoved>(OnRemoved);
        Receive<ReportsDelivered>(OnDelivered);
        Receive<CollectDue>(_ => Collect());
        Receive<LeftoversDue>(_ => LookForLeftovers());
        Receive<LeftoversFound>(RemoveLeftovers);
        Receive<LeftoverRemoved>(OnLeftoverRemoved);
        Receive<CollectNow>(now => { Ended().Where(e => now.Allocation is null || e.Id == now.Allocation).ToList().ForEach(e => Remove(e.Id)); Sender.Tell(Done.Instance); });
        Receive<RemoveEverything>(_ => RemoveAll());
        Receive<Status.Failure>(failure => _log.Warning("Something on disk could not be changed: {0}", failure.Cause.Message));
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        LookAtHost();
        AskCloudAsync(_context.Options.CloudMetadata, _life.Token).PipeTo(Self, success: found => new CloudFound(found));
        foreach (var driver in _context.Drivers.Values) DriverWatch.Begin(driver, Self, _life.Token);
        Timers.StartSingleTimer(nameof(FingerprintDeadline), new FingerprintDeadline(), FingerprintWithin);
        Timers.StartPeriodicTimer(nameof(FingerprintDue), new FingerprintDue(), _context.Options.FingerprintInterval);
        Timers.StartPeriodicTimer(nameof(CollectDue), new CollectDue(), _context.Options.CollectInterval);
        Timers.StartPeriodicTimer(nameof(LeftoversDue), new LeftoversDue(), _context.Options.LeftoverInterval);
    }

    protected override void PostStop() => _life.Cancel();

    private static async Task<IReadOnlyDictionary<string, string>> AskCloudAsync(string endpoint, CancellationToken cancellationToken)
    {
        using var cloud = new CloudFingerprint(endpoint, CloudFingerprint.Soon);
        return await cloud.TakeAsync(cancellationToken).ConfigureAwait(false);
    }

    private void LookAtHost()
    {
        var options = _context.Options;
        Task.Run(() => HostFingerprint.TakeAsync(options, _networks, _life.Token)).PipeTo(Self, success: facts => new HostFound(facts), failure: e => new HostNotFound(e));
    }

    private void OnDriver(DriverFound found)
    {
        var changed = _facts.Take(found.Driver, found.Found, _context.Time.GetUtcNow());
        if (changed && _facts.Node is not null) _log.Info("Driver {0}: {1}", found.Driver, found.Found.Description);
        Compose();
    }

    private void Compose(bool waitForDrivers = true)
    {
        var first = _facts.Node is null;
        if (!_facts.Compose(waitForDrivers)) return;
        _status.Node = _facts.Node;
        if (first)
        {
            Restore();
            _link.Tell(new ConnectLink());
        }
        else if (_connected)
        {
            SayHello();
        }
    }

    private void Restore()
    {
        foreach (var record in _remembered)
        {
            _jobs.Remember(record.Allocation, record.Job);
            Run(record.Allocation, record.Job, record);
        }

        _remembered = [];
    }

    private void SayHello()
    {
        if (_facts.Node is not { } node) return;
        var hello = new Hello { NodeJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(node, ContractsJson.Default.Node)) };
        foreach (var (id, entry) in _allocations) hello.KnownAllocations.Add(id.ToString(), entry.Allocation.AllocModifyIndex);
        _link.Tell(new SendFrame(new ClientFrame { Hello = hello }));
    }

    private void OnFrame(ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ServerFrame.BodyOneofCase.Welcome:
                (_connected, _region, _status.ConnectedServer, _status.Servers) = (true, frame.Welcome.Region, frame.Welcome.ServerName, [.. frame.Welcome.Servers]);
                _status.LastHeartbeat = _context.Time.GetUtcNow();
                _status.BecameReady();
                _reports.Tell(new ServersReachable(true));
                _deletedVolumes = [.. frame.Welcome.DeletedVolumes];
                RemoveDeletedVolumes();
                break;
            case ServerFrame.BodyOneofCase.Desired:
                Converge(frame.Desired);
                break;
            case ServerFrame.BodyOneofCase.ReportsAck:
                _reports.Tell(frame.ReportsAck);
                break;
        }
    }

    /// <summary>Removes what the servers deleted without this node. What is in use still is tried again when allocations are collected.</summary>
    private void RemoveDeletedVolumes()
    {
        foreach (var id in _deletedVolumes)
        {
            _log.Info("Volume {0} was deleted while this node could not let go of it: it is removed now", id);
            _context.Volumes.DeleteAsync(id, _life.Token).PipeTo(Self, success: () => new VolumesChanged(), failure: e => new Status.Failure(e));
        }
    }

    private void Converge(Desired desired)
    {
        // What it is told to begin while it removes everything would outlive it.
        if (_leaving) return;

        try
        {
            _jobs.Take(desired);
            var changes = DesiredChanges.Of(_allocations.ToDictionary(a => a.Key, a => a.Value.Allocation.AllocModifyIndex), desired);
            foreach (var id in changes.Remove) Remove(id);
            var first = desired.Full && !_told;
            _told |= desired.Full;
            if (desired.Full) _listed = [.. desired.Allocations.Select(a => AllocationId.Parse(a.Id))];
            foreach (var id in desired.Removed) _listed.Remove(AllocationId.Parse(id));
            foreach (var wanted in changes.Take)
                Take(JsonSerializer.Deserialize(wanted.AllocationJson.Span, ContractsJson.Default.Allocation)!);
            if (desired.Full || desired.Removed.Count > 0) ForgetJobs();
            if (first) Timers.StartSingleTimer(nameof(FirstLeftovers), new LeftoversDue(), FirstLeftovers);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            _log.Error(e, "The servers sent a desired set that can't be read");
        }
    }

    private void Take(Allocation allocation)
    {
        if (_jobs.Of(allocation) is not { } job)
        {
            _log.Error("The servers sent allocation {0} without version {1} of its job {2}", allocation.Id, allocation.JobVersion, allocation.JobId);
            return;
        }

        if (_allocations.TryGetValue(allocation.Id, out var entry))
        {
            _allocations[allocation.Id] = entry with { Allocation = allocation };
            entry.Runner.Tell(new UpdateAllocation(allocation, job));
        }
        else if (!allocation.ClientTerminal)
        {
            Run(allocation, job, remembered: null);
        }
        else
        {
            // Over, and not remembered here: whatever is left of it may go.
            _listed.Remove(allocation.Id);
        }
    }

    private void Run(Allocation allocation, Job job, AllocationRecord? remembered)
    {
        var origin = new AllocationOrigin(allocation, job, _facts.Node!, _region, remembered);
        var runner = Context.ActorOf(Props.Create(() => new AllocationRunner(_context, origin)));
        _allocations[allocation.Id] = new AllocationEntry(runner, allocation, null, remembered?.Acknowledged, Removing: false);
        _status.Allocations = _allocations.Count;
    }

    private void OnChanged(AllocationChanged changed)
    {
        if (!_allocations.TryGetValue(changed.Report.AllocationId, out var entry)) return;
        _allocations[changed.Report.AllocationId] = entry with { EndedAt = changed.Terminal ? entry.EndedAt ?? changed.Report.At : null };
        if (entry.Acknowledged is { } known && ReportOutbox.Same(known, changed.Report)) return;
        _reports.Tell(new TellServers(changed.Report));
    }

    private void OnDelivered(ReportsDelivered delivered)
    {
        foreach (var report in delivered.Reports)
        {
            if (!_allocations.TryGetValue(report.AllocationId, out var entry)) continue;
            _allocations[report.AllocationId] = entry with { Acknowledged = report };
            _context.Store.SaveAcknowledgedAsync(report).PipeTo(Self, success: () => Done.Instance);
        }
    }

    /// <summary>Not before the servers have said what should be here: what this agent forgot may be wanted all the same.</summary>
    private void LookForLeftovers()
    {
        if (_told) _leftovers.FindAsync(_life.Token).PipeTo(Self, success: found => new LeftoversFound(found), failure: e => new Status.Failure(e));
    }

    private void RemoveLeftovers(LeftoversFound found)
    {
        foreach (var id in found.Allocations.Where(id => !_allocations.ContainsKey(id) && !_listed.Contains(id) && _leftoversGoing.Add(id)))
        {
            _log.Warning("Something of allocation {0} is on this machine, and nobody wants it: it is removed", id);
            _leftovers.RemoveAsync(id, _life.Token).PipeTo(Self, success: () => new LeftoverRemoved(id, null), failure: e => new LeftoverRemoved(id, e.Message));
        }
    }

    private void OnLeftoverRemoved(LeftoverRemoved removed)
    {
        _leftoversGoing.Remove(removed.Allocation);
        if (removed.Problem is { } problem) _log.Warning("What is left of allocation {0} could not be removed: {1}", removed.Allocation, problem);
    }

    private void Collect()
    {
        Task.Run(_context.KeptLogs.Prune).PipeTo(Self, success: () => Done.Instance, failure: e => new Status.Failure(e));
        var use = FileSystemUse.Of(_context.Directories.Root);
        var chosen = AllocationCollection.Choose(
            Ended(), _context.Options.CollectMaxAllocations, _context.Options.CollectMaxAge,
            isFull: use.Space >= _context.Options.CollectDiskUsage || use.Inodes >= _context.Options.CollectInodeUsage, _context.Time.GetUtcNow());
        foreach (var id in chosen) Remove(id);
        RemoveDeletedVolumes();
    }

    /// <summary>Allocations that ended, and that the servers know to have ended.</summary>
    private List<EndedAllocation> Ended() => [.. _allocations
        .Where(a => a.Value is { EndedAt: not null, Removing: false, Acknowledged.ClientStatus: AllocationClientStatus.Complete or AllocationClientStatus.Failed })
        .Select(a => new EndedAllocation(a.Key, a.Value.EndedAt!.Value))];

    private void Remove(AllocationId id, bool keepLogs = true)
    {
        if (!_allocations.TryGetValue(id, out var entry) || entry.Removing) return;
        _allocations[id] = entry with { Removing = true };
        entry.Runner.Tell(new RemoveAllocation(keepLogs));
    }

    private void OnRemoved(AllocationRemoved removed)
    {
        if (_allocations.Remove(removed.Id)) ForgetJobs();
        _reports.Tell(new ForgetReports(removed.Id));
        _status.Allocations = _allocations.Count;
        TellIfEmpty();
    }

    private void ForgetJobs() => _jobs.Forget(_allocations.Values.Select(a => a.Allocation));

    private void RemoveAll()
    {
        _leaving = true;
        _waitForEmpty.Add(Sender);
        foreach (var id in _allocations.Keys.ToList()) Remove(id, keepLogs: false);
        TellIfEmpty();
    }

    private void TellIfEmpty()
    {
        if (_allocations.Count > 0) return;
        foreach (var waiting in _waitForEmpty) waiting.Tell(Done.Instance);
        _waitForEmpty.Clear();
    }
}
