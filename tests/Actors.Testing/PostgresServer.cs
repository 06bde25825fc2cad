using System.Diagnostics;
using Npgsql;

namespace Actors.Testing;

/// <summary>A PostgreSQL server of the test's own: own data folder, own port, stopped and deleted afterwards.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _programs;
    private readonly string? _account;

    private PostgresServer(TemporaryFolder folder, string programs, string? account, int port) =>
        (_folder, _programs, _account, Port) = (folder, programs, account, port);

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connects to a database of it.</summary>
    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={Port};Username=actors;Database={database};Timeout=15";

    /// <summary>Makes a data folder and starts a server on it, durable as in production (fsync on).</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or did not start; the message has its output.</exception>
    public static async Task<PostgresServer> StartAsync()
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(v => Path.Combine(v, "bin")).LastOrDefault(b => File.Exists(Path.Combine(b, "initdb")))
            : null;
        if (programs is null)
            throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");

        // PostgreSQL refuses to run as root.
        var account = Environment.UserName == "root" ? "postgres" : null;
        var server = new PostgresServer(new TemporaryFolder("actors-postgres-"), programs, account, FreePorts.Take(1)[0]);
        if (account is not null)
            await RunAsync("chown", [account, server._folder.Path], null);

        await server.RunProgramAsync("initdb", "-D", server.Data, "-U", "actors", "--auth=trust", "--encoding=UTF8", "--no-sync");
        await server.RunProgramAsync("pg_ctl", "-D", server.Data, "-w", "-t", "60", "-l", server._folder.At("log"), "-o", $"-p {server.Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={server._folder.Path}", "start");
        return server;
    }

    /// <summary>Makes a new, empty database and answers how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(ConnectionString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE \"{name}\"";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunProgramAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        _folder.Dispose();
    }

    private string Data => _folder.At("data");

    private Task RunProgramAsync(string program, params string[] arguments) => RunAsync(Path.Combine(_programs, program), arguments, _account);

    private static async Task RunAsync(string program, string[] arguments, string? account)
    {
        // The server that pg_ctl leaves behind would hold a redirected pipe open: the output goes to a file.
        var output = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null");
            start.ArgumentList.Add("sh");
            start.ArgumentList.Add(output);
            foreach (var word in account is null ? (string[])[program, .. arguments] : ["runuser", "-u", account, "--", program, .. arguments])
                start.ArgumentList.Add(word);

            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await File.ReadAllTextAsync(output)}");
        }
        finally
        {
            File.Delete(output);
        }
    }
}
