using System.Collections.Concurrent;
using Xunit;

namespace Actors.Contracts.Tests;

public sealed class RandomIdsSpecs
{
    [Fact]
    public void They_are_random_uuids_and_no_thread_gets_one_twice()
    {
        var made = new ConcurrentDictionary<Guid, bool>();

        Parallel.For(0, 10_000, _ => Assert.True(made.TryAdd(RandomIds.Next(), true)));

        Assert.All(made.Keys, id => Assert.Equal((4, 8), (id.Version, id.Variant & 0b1100)));
    }
}
