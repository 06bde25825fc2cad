using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Actors.Contracts;
using Actors.Contracts.Scheduling;
using Actors.Server.Link;
using Actors.Server.RegionLog;
using Actors.State;
using Akka.Actor;

namespace Actors.Server.Hosting;

/// <summary>The region, as the server in this process sees it.</summary>
internal sealed class Region(ServerNode server, TimeProvider time) : IRegion
{
    /// <summary>A call to a client that follows something goes on for as long as its caller wants, but not for ever.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromHours(24);

    /// <summary>One who follows more slowly than the region changes is left behind: steps are kept in memory.</summary>
    private const int MaxStepsBehind = 1000;

    private static readonly TimeSpan PlanWithin = TimeSpan.FromSeconds(30);

    private long _calls;

    /// <inheritdoc/>
    public string Name => server.Options.Region;

    /// <inheritdoc/>
    public string ServerName => server.Options.Name;

    /// <inheritdoc/>
    public RegionState State => server.LastStarted?.Log.Replica.Current ?? RegionState.Empty;

    /// <inheritdoc/>
    public ServerMember? Leader => server.Directory.Leader;

    /// <inheritdoc/>
    public IReadOnlyList<ServerMember> Members => server.Directory.Members;

    /// <inheritdoc/>
    public async Task<RegionState> ReadConsistentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var index = await Log.CommittedIndexAsync(cancellationToken).ConfigureAwait(false);
            return await Log.Replica.WaitForIndexAsync(index, cancellationToken).ConfigureAwait(false);
        }
        catch (RegionLogException e)
        {
            throw new RegionUnavailableException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken) => Log.Replica.WaitForIndexAsync(index, cancellationToken);

    /// <inheritdoc/>
    public Task<RegionState> WaitForChangeAsync(WatchTarget target, ulong afterIndex, TimeSpan wait, CancellationToken cancellationToken) =>
        Log.Replica.WaitForChangeAsync(target, afterIndex, wait, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RegionStep> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var system = server.LastStarted ?? throw new RegionUnavailableException($"server {ServerName} is not started");
        var steps = Channel.CreateBounded<RegionStep>(MaxStepsBehind);
        using var subscription = system.Log.Replica.Subscribe(update =>
        {
            if (!steps.Writer.TryWrite(new RegionStep(update.State, update.Changes)))
                steps.Writer.TryComplete(new RegionUnavailableException($"the follower is more than {MaxStepsBehind} steps behind: follow again"));
        });
        await using var ended = system.Ended.UnsafeRegister(writer => ((ChannelWriter<RegionStep>)writer!).TryComplete(), steps.Writer);
        await foreach (var step in steps.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return step;
    }

    /// <inheritdoc/>
    public async Task<ICommandReply> SendAsync(IRegionCommand command, CancellationToken cancellationToken) => server.Current?.Commands is { } commands
        ? await commands.SendAsync(command, cancellationToken).ConfigureAwait(false)
        : new CommandRefused(RefusalKind.Unavailable, $"server {ServerName} is not ready yet: there is no leader, or its log is still being read");

    /// <inheritdoc/>
    public async Task<PlaceResult> PlanAsync(PlaceRequest request, CancellationToken cancellationToken)
    {
        var leader = server.Current?.Leader ?? throw new RegionUnavailableException($"server {ServerName} is not ready yet");
        try
        {
            return await leader.Ask<object>(request with { DryRun = true }, PlanWithin, cancellationToken).ConfigureAwait(false) switch
            {
                PlaceResult result => result,
                CommandRefused refused => throw new RegionUnavailableException(refused.Message),
                var other => throw new RegionUnavailableException($"the scheduler answered {other.GetType().Name}"),
            };
        }
        catch (AskTimeoutException e)
        {
            throw new RegionUnavailableException($"the scheduler did not answer within {PlanWithin.TotalSeconds} s", e);
        }
    }

    /// <inheritdoc/>
    public async Task<IClientCall> CallClientAsync(NodeId node, string method, ReadOnlyMemory<byte> argumentsJson, CancellationToken cancellationToken)
    {
        if (server.Current is not { } current)
            throw new RegionUnavailableException($"server {ServerName} is not ready yet");

        var id = $"{ServerName}-{time.GetUtcNow().ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _calls)}";
        var open = new OpenCall(id, node, method, argumentsJson.ToArray(), time.GetUtcNow() + LongestCall);
        var state = new CallState();
        var links = current.Links();
        var call = current.System.ActorOf(Props.Create(() => new CallActor(open, state, links, time)));
        try
        {
            await state.Opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new ClientCall(id, call, state);
        }
        catch (OperationCanceledException)
        {
            call.Tell(new CallActor.Abandoned());
            throw;
        }
    }

    private RegionLogExtension Log => server.LastStarted?.Log ?? throw new RegionUnavailableException($"server {ServerName} is not started");
}
