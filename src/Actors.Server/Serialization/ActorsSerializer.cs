using Actors.Contracts.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Actors.Server.Serialization;

/// <summary>Everything of the region's vocabulary that travels between servers, as the JSON of <see cref="Manifests"/>.</summary>
/// <param name="system">The actor system.</param>
public sealed class ActorsSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer's number on the wire; never changed.</summary>
    public const int Id = 1401;

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => Manifests.Of(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Manifests.Write(obj);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">No such manifest: a newer version sent it.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => Manifests.Read(manifest, bytes);
}
