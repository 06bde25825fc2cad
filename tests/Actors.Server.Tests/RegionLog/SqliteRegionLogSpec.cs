using Actors.Server.Hosting;

namespace Actors.Server.Tests.RegionLog;

public sealed class SqliteRegionLogSpec : RegionLogSpec
{
    protected override Task<StorageOptions> StorageAsync() => Task.FromResult(new StorageOptions());
}
