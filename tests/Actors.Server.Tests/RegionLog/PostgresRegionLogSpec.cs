using System.Data.Common;
using Actors.Server.Hosting;
using Actors.Testing;
using Npgsql;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

/// <summary>One PostgreSQL server for all tests; each has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class PostgresRegionLogSpec(PostgresFixture postgres) : RegionLogSpec, IClassFixture<PostgresFixture>
{
    private static int _databases;

    protected override async Task<StorageOptions> StorageAsync() => new()
    {
        Kind = StorageKind.PostgreSql,
        ConnectionString = await postgres.Server.CreateDatabaseAsync($"spec{Interlocked.Increment(ref _databases)}"),
    };

    protected override DbConnection Connect(StorageOptions storage) => new NpgsqlConnection(storage.ConnectionString);
}
