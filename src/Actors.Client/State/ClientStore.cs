using System.Text.Json;
using System.Threading.Channels;
using Actors.Client.Tasks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Serialization;
using Actors.Contracts.Volumes;
using Actors.Drivers;
using Microsoft.Data.Sqlite;

namespace Actors.Client.State;

/// <summary>What the client remembers of one task.</summary>
/// <param name="State">Its state.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="Handle">By which its driver finds it again, or null.</param>
internal sealed record TaskRecord(TaskState State, RestartTracker Restarts, TaskHandle? Handle)
{
    /// <summary>Its last run was put away, and it was not started since.</summary>
    public bool NothingLeft => Handle is null && State is { State: TaskRunState.Pending, Events: [.., { Type: TaskEventTypes.Received or TaskEventTypes.Restarting or TaskEventTypes.RestartSignaled }] };
}

/// <summary>What the client remembers of one allocation.</summary>
/// <param name="Allocation">As the servers last sent it.</param>
/// <param name="Job">The version of its job that it runs.</param>
/// <param name="Tasks">Its tasks by name.</param>
/// <param name="Acknowledged">The last report of it that the servers have, or null.</param>
internal sealed record AllocationRecord(Allocation Allocation, Job Job, IReadOnlyDictionary<string, TaskRecord> Tasks, AllocationReport? Acknowledged);

/// <summary>
/// The client's memory on disk: <c>client/state.db</c>, SQLite in WAL mode, one writer that commits what has gathered.
/// <c>synchronous=NORMAL</c>: a killed agent loses nothing that was acknowledged. A power loss may lose the last moments;
/// it ends all tasks anyway, and what should run comes again from the servers.
/// </summary>
internal sealed class ClientStore : IAsyncDisposable
{
    private const int BatchLimit = 500;

    private readonly SqliteConnection _connection;
    private readonly Channel<(Action<SqliteConnection> Write, TaskCompletionSource Done)> _writes =
        Channel.CreateUnbounded<(Action<SqliteConnection>, TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _writer;

    private ClientStore(SqliteConnection connection)
    {
        _connection = connection;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Opens the store, or makes it.</summary>
    /// <exception cref="IOException">Another agent uses it, or it can't be read; says which file.</exception>
    public static ClientStore Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 }.ToString());
        try
        {
            connection.Open();
            // The lock is taken by the first write and held: a second agent in the same folder is refused at once.
            Execute(connection, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
            Execute(connection, """
                CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS allocations (id TEXT PRIMARY KEY, allocation BLOB NOT NULL, job BLOB NOT NULL, acknowledged BLOB);
                CREATE TABLE IF NOT EXISTS tasks (allocation TEXT NOT NULL, name TEXT NOT NULL, state BLOB NOT NULL, restarts TEXT NOT NULL, handle TEXT, PRIMARY KEY (allocation, name));
                CREATE TABLE IF NOT EXISTS volumes (id TEXT PRIMARY KEY, volume BLOB NOT NULL);
                INSERT INTO facts VALUES ('opened', '1') ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1;
                """);
            return new ClientStore(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new IOException(e.SqliteErrorCode is 5 or 6
                ? $"{path} is in use by another agent: give each agent a data folder of its own"
                : $"{path} can't be opened: {e.Message}", e);
        }
    }

    /// <summary>A fact by name, or null.</summary>
    public string? ReadFact(string name)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT value FROM facts WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar() as string;
    }

    /// <summary>Remembers a fact.</summary>
    public Task SaveFactAsync(string name, string value) => Enqueue(connection => Execute(
        connection, "INSERT INTO facts VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value", ("$name", name), ("$value", value)));

    /// <summary>All allocations. Call before the first write only.</summary>
    public IReadOnlyList<AllocationRecord> ReadAllocations()
    {
        var tasks = new Dictionary<string, Dictionary<string, TaskRecord>>(StringComparer.Ordinal);
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = "SELECT allocation, name, state, restarts, handle FROM tasks";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (!tasks.TryGetValue(reader.GetString(0), out var ofAllocation)) tasks[reader.GetString(0)] = ofAllocation = [];
                ofAllocation[reader.GetString(1)] = new TaskRecord(
                    JsonSerializer.Deserialize((byte[])reader.GetValue(2), ContractsJson.Default.TaskState)!,
                    JsonSerializer.Deserialize(reader.GetString(3), StoreJson.Default.RestartTracker)!,
                    reader.IsDBNull(4) ? null : JsonSerializer.Deserialize(reader.GetString(4), StoreJson.Default.TaskHandle));
            }
        }

        using var allocations = _connection.CreateCommand();
        allocations.CommandText = "SELECT id, allocation, job, acknowledged FROM allocations";
        using var rows = allocations.ExecuteReader();
        var records = new List<AllocationRecord>();
        var jobs = new Dictionary<(JobId, ulong), (byte[] Json, Job Job)>();
        while (rows.Read())
        {
            var allocation = JsonSerializer.Deserialize((byte[])rows.GetValue(1), ContractsJson.Default.Allocation)!;
            // Hundreds of allocations may be of one version of a job: it is read, and held, once. A job that was purged may have had another version of the same number.
            var (version, json) = ((allocation.JobId, allocation.JobVersion), (byte[])rows.GetValue(2));
            if (!jobs.TryGetValue(version, out var known) || !known.Json.AsSpan().SequenceEqual(json))
                jobs[version] = known = (json, JsonSerializer.Deserialize(json, ContractsJson.Default.Job)!);
            records.Add(new AllocationRecord(
                allocation,
                known.Job,
                tasks.GetValueOrDefault(rows.GetString(0)) ?? [],
                rows.IsDBNull(3) ? null : JsonSerializer.Deserialize((byte[])rows.GetValue(3), StoreJson.Default.AllocationReport)));
        }

        return records;
    }

    /// <summary>All host volumes that were made or registered here. Call before the first write only.</summary>
    public IReadOnlyList<HostVolume> ReadVolumes()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT volume FROM volumes";
        using var rows = command.ExecuteReader();
        var volumes = new List<HostVolume>();
        while (rows.Read()) volumes.Add(JsonSerializer.Deserialize((byte[])rows.GetValue(0), ContractsJson.Default.HostVolume)!);
        return volumes;
    }

    /// <summary>Remembers a host volume. Completes when it is on disk.</summary>
    public Task SaveVolumeAsync(HostVolume volume) => Enqueue(connection => Execute(
        connection,
        "INSERT INTO volumes VALUES ($id, $volume) ON CONFLICT (id) DO UPDATE SET volume = $volume",
        ("$id", volume.Id),
        ("$volume", JsonSerializer.SerializeToUtf8Bytes(volume, ContractsJson.Default.HostVolume))));

    /// <summary>Forgets a host volume.</summary>
    public Task DeleteVolumeAsync(string id) => Enqueue(connection => Execute(connection, "DELETE FROM volumes WHERE id = $id", ("$id", id)));

    /// <summary>Remembers an allocation. Completes when it is on disk.</summary>
    public Task SaveAllocationAsync(Allocation allocation, Job job) => Enqueue(connection => Execute(
        connection,
        "INSERT INTO allocations (id, allocation, job) VALUES ($id, $allocation, $job) ON CONFLICT (id) DO UPDATE SET allocation = $allocation, job = $job",
        ("$id", allocation.Id.ToString()),
        ("$allocation", JsonSerializer.SerializeToUtf8Bytes(allocation, ContractsJson.Default.Allocation)),
        ("$job", JsonSerializer.SerializeToUtf8Bytes(job, ContractsJson.Default.Job))));

    /// <summary>Remembers which report of an allocation the servers have.</summary>
    public Task SaveAcknowledgedAsync(AllocationReport report) => Enqueue(connection => Execute(
        connection,
        "UPDATE allocations SET acknowledged = $report WHERE id = $id",
        ("$id", report.AllocationId.ToString()),
        ("$report", JsonSerializer.SerializeToUtf8Bytes(report, StoreJson.Default.AllocationReport))));

    /// <summary>Remembers a task.</summary>
    public Task SaveTaskAsync(AllocationId allocation, string name, TaskRecord task) => Enqueue(connection => Execute(
        connection,
        """
        INSERT INTO tasks VALUES ($allocation, $name, $state, $restarts, $handle)
        ON CONFLICT (allocation, name) DO UPDATE SET state = $state, restarts = $restarts, handle = $handle
        """,
        ("$allocation", allocation.ToString()),
        ("$name", name),
        ("$state", JsonSerializer.SerializeToUtf8Bytes(task.State, ContractsJson.Default.TaskState)),
        ("$restarts", JsonSerializer.Serialize(task.Restarts, StoreJson.Default.RestartTracker)),
        ("$handle", task.Handle is null ? DBNull.Value : JsonSerializer.Serialize(task.Handle, StoreJson.Default.TaskHandle))));

    /// <summary>Forgets an allocation and its tasks.</summary>
    public Task DeleteAllocationAsync(AllocationId allocation) => Enqueue(connection => Execute(
        connection, "DELETE FROM tasks WHERE allocation = $id; DELETE FROM allocations WHERE id = $id;", ("$id", allocation.ToString())));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private Task Enqueue(Action<SqliteConnection> write)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _writes.Writer.TryWrite((write, done)) ? done.Task : Task.FromException(new ObjectDisposedException(nameof(ClientStore)));
    }

    private async Task WriteAsync()
    {
        var batch = new List<(Action<SqliteConnection> Write, TaskCompletionSource Done)>();
        while (await _writes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < BatchLimit && _writes.Reader.TryRead(out var write)) batch.Add(write);
            try
            {
                Execute(_connection, "BEGIN");
                foreach (var (write, _) in batch) write(_connection);
                Execute(_connection, "COMMIT");
                foreach (var (_, done) in batch) done.TrySetResult();
            }
            catch (SqliteException e)
            {
                RollBack();
                foreach (var (_, done) in batch) done.TrySetException(new IOException($"the client's state can't be written: {e.Message}", e));
            }
        }
    }

    private void RollBack()
    {
        try
        {
            Execute(_connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk has rolled back by itself already; there is nothing left to undo.
            return;
        }
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
