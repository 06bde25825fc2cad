using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Server.Entities;
using Actors.State;
using Akka.Actor;
using Xunit;

namespace Actors.Server.Tests.Entities;

/// <summary>How a command finds an answer, whatever happens on the way.</summary>
public sealed class CommandRouterSpecs : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("router");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task An_answer_to_the_first_sending_counts_though_the_command_was_sent_again_meanwhile()
    {
        // As an entity does whose log has no leader: it answers the first message late, and only then looks at the second.
        var reply = await RouterTo(Props.Create(() => new AnswersTheFirstWhenTheSecondComes())).SendAsync(Command(within: TimeSpan.FromSeconds(30)), CancellationToken.None);

        var refused = Assert.IsType<CommandRefused>(reply);
        Assert.Equal("no leader", refused.Message);
    }

    [Fact]
    public async Task Without_any_answer_the_caller_hears_at_the_deadline_that_nobody_knows()
    {
        var reply = await RouterTo(Props.Create(() => new Silent())).SendAsync(Command(within: TimeSpan.FromMilliseconds(300)), CancellationToken.None);

        var refused = Assert.IsType<CommandRefused>(reply);
        Assert.Equal(RefusalKind.Timeout, refused.Kind);
        Assert.Contains("not known whether", refused.Message, StringComparison.Ordinal);
    }

    private CommandRouter RouterTo(Props jobs)
    {
        var region = _system.ActorOf(jobs);
        return new CommandRouter(region, ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, new AnyIndex(), TimeProvider.System);
    }

    private static EvaluateJob Command(TimeSpan within) =>
        new(new CommandContext("r", DateTimeOffset.UtcNow + within), new JobId("default", "web"), ForceReschedule: false);

    private sealed class AnswersTheFirstWhenTheSecondComes : UntypedActor
    {
        private IActorRef? _first;

        protected override void OnReceive(object message)
        {
            if (_first is null)
                _first = Sender;
            else
                _first.Tell(new CommandRefused(RefusalKind.Conflict, "no leader"));
        }
    }

    private sealed class Silent : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class AnyIndex : IReplicaView
    {
        public RegionState State => RegionState.Empty;

        public Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken) => Task.FromResult(RegionState.Empty);

        public ulong IndexOf(string persistenceId, long sequenceNr) => 0;

        public IDisposable Subscribe(IActorRef subscriber) => throw new NotSupportedException();
    }
}
