using Actors.Server.Hosting;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Actors.Server.Storage;

/// <summary>Opens the database of a region's log, for an actor system.</summary>
public static class StorageSetup
{
    /// <summary>How long a statement waits for SQLite's lock, held by another connection of this process.</summary>
    private const int BusyTimeoutMilliseconds = 10_000;

    private static readonly string[] SynchronousLevels = ["FULL", "NORMAL", "EXTRA"];

    /// <summary>Checks the options, prepares the database, and gives the setup that the actor system must be created with, together with <see cref="ActorsHocon.Persistence"/>.</summary>
    /// <param name="storage">Which database, and where.</param>
    /// <param name="dataDir">The data folder: an SQLite file lies in it, unless its connection string says otherwise.</param>
    /// <exception cref="StorageException">The options are wrong, or the database can't be opened.</exception>
    public static Setup Prepare(StorageOptions storage, string dataDir) => Prepare(storage, dataDir, () => "");

    /// <summary>The same, with more SQL for each SQLite connection when it is opened (to set limits, for example).</summary>
    internal static Setup Prepare(StorageOptions storage, string dataDir, Func<string> morePragmas) =>
        new DataOptionsSetup(Connection(storage, dataDir, morePragmas));

    /// <summary>How connections to the database are opened.</summary>
    internal static DataOptions Connection(StorageOptions storage, string dataDir, Func<string> morePragmas)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return storage.Kind switch
        {
            StorageKind.Sqlite => Sqlite(storage, dataDir, morePragmas),
            StorageKind.PostgreSql => PostgreSql(storage),
            _ => throw new StorageException($"storage kind {storage.Kind} is unknown: expected sqlite or postgresql"),
        };
    }

    /// <summary>The SQLite file of a server.</summary>
    /// <param name="storage">Its connection string names the file, or is null.</param>
    /// <param name="dataDir">The data folder.</param>
    public static string SqliteFile(StorageOptions storage, string dataDir) =>
        storage.ConnectionString is { } given ? new SqliteConnectionStringBuilder(given).DataSource : Path.Combine(dataDir, "server", "region.db");

    private static DataOptions Sqlite(StorageOptions storage, string dataDir, Func<string> morePragmas)
    {
        var level = storage.Synchronous.ToUpperInvariant();
        if (!SynchronousLevels.Contains(level))
            throw new StorageException($"synchronous = \"{storage.Synchronous}\": expected {string.Join(", ", SynchronousLevels)}");

        var file = SqliteFile(storage, dataDir);
        var connectionString = new SqliteConnectionStringBuilder(storage.ConnectionString ?? "") { DataSource = file, Pooling = true }.ToString();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL";
            var mode = command.ExecuteScalar() as string;
            if (!string.Equals(mode, "wal", StringComparison.OrdinalIgnoreCase))
                throw new StorageException($"{file}: SQLite's write-ahead log can't be used there (journal_mode is {mode}): is it a network file system?");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{file} can't be opened: {e.Message}", e);
        }

        var options = new DataOptions()
            .UseConnectionString(ActorsHocon.ProviderOf(storage.Kind), connectionString)
            .UseInterceptor(new Pragmas(() => $"PRAGMA synchronous={level}; PRAGMA busy_timeout={BusyTimeoutMilliseconds}; {morePragmas()}"));
        return options;
    }

    private static DataOptions PostgreSql(StorageOptions storage)
    {
        if (string.IsNullOrWhiteSpace(storage.ConnectionString))
            throw new StorageException("storage postgresql needs a connection string, such as Host=db;Database=actors;Username=actors");

        string connectionString;
        try
        {
            // A server that is gone must be noticed before the log's own patience ends.
            var builder = new NpgsqlConnectionStringBuilder(storage.ConnectionString) { ApplicationName = "actors" };
            if (!storage.ConnectionString.Contains("Keepalive", StringComparison.OrdinalIgnoreCase))
                builder.KeepAlive = 10;
            connectionString = builder.ToString();
        }
        catch (ArgumentException e)
        {
            throw new StorageException($"the connection string of storage postgresql is wrong: {e.Message}", e);
        }

        return new DataOptions().UseConnectionString(ActorsHocon.ProviderOf(storage.Kind), connectionString);
    }

    /// <summary>Sets what SQLite keeps per connection.</summary>
    private sealed class Pragmas(Func<string> sql) : ConnectionInterceptor
    {
        public override void ConnectionOpened(ConnectionEventData eventData, System.Data.Common.DbConnection connection) => Run(connection);

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, System.Data.Common.DbConnection connection, CancellationToken cancellationToken)
        {
            Run(connection);
            return Task.CompletedTask;
        }

        private void Run(System.Data.Common.DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql();
            command.ExecuteNonQuery();
        }
    }
}

/// <summary>The storage is set up wrongly, can't be opened, or is in use by another agent.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
