using System.Runtime.Serialization;
using Actors.Contracts;
using Actors.Contracts.Serialization;
using Actors.Server.RegionLog;
using Actors.Server.Serialization;
using Actors.Server.Storage;
using Akka.Actor;
using Xunit;

namespace Actors.Server.Tests.Serialization;

public sealed class SerializationTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("serialization", ActorsHocon.Serialization());

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public void Everything_with_a_manifest_travels_with_the_regions_serializer() =>
        Assert.All(Manifests.Types, type => Assert.IsType<ActorsSerializer>(_system.Serialization.FindSerializerForType(type)));

    [Fact]
    public void What_the_servers_tell_each_other_about_the_log_travels_with_its_serializer() =>
        Assert.All(
            [typeof(Actors.Contracts.Log.LogBatch), typeof(LogPush), typeof(LogRequests), typeof(LogAnswers), typeof(LogBeat), typeof(LogHello)],
            type => Assert.IsType<RegionLogSerializer>(_system.Serialization.FindSerializerForType(type)));

    [Fact]
    public void A_message_reads_back_as_it_was_written()
    {
        var message = new CommandRefused(RefusalKind.NotFound, "no such job");
        var serializer = (ActorsSerializer)_system.Serialization.FindSerializerFor(message);
        Assert.Equal(message, serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message)));
    }

    [Fact]
    public void A_type_without_a_manifest_fails_at_its_sender()
    {
        var refused = Assert.Throws<SerializationException>(() => _system.Serialization.FindSerializerFor(new Unbound("x")));
        Assert.Contains(nameof(Unbound), refused.Message, StringComparison.Ordinal);
    }

    private sealed record Unbound(string Text);
}
