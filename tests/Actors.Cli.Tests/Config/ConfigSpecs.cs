using Actors.Cli.Agent;
using Actors.Cli.CommandLine;
using Actors.Cli.Hocon;
using Actors.Cli.Terminal;
using Actors.Server.Hosting;
using Actors.Testing;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Tests.Config;

public sealed class ConfigSpecs
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "hocon");

    [Theory]
    [InlineData("actors {\n  regoin = eu\n}", "test.hocon:2: unknown key \"actors.regoin\"; did you mean \"actors.region\"?")]
    [InlineData("actors.server.heartbeat_graze = 5s", "test.hocon:1: unknown key \"actors.server.heartbeat_graze\"; did you mean \"actors.server.heartbeat-grace\"?")]
    [InlineData("actors {\n  client {\n    gc { max_alocs = 5 }\n  }\n}", "test.hocon:3: unknown key \"actors.client.gc.max_alocs\"; did you mean \"actors.client.gc.max-allocs\"?")]
    [InlineData("actors.http = 4646", "test.hocon:1: unknown key \"actors.http\"; did you mean \"actors.ports.http\"?")]
    [InlineData("region = eu", "test.hocon:1: unknown key \"region\"; at the top there are \"actors\" and \"akka\"; did you mean \"actors.region\"?")]
    [InlineData("actor { region = eu }", "test.hocon:1: unknown key \"actor\"; at the top there are \"actors\" and \"akka\"; did you mean \"actors\"?")]
    [InlineData("actors.server.storage { qqqqqqqq = 1 }", "test.hocon:1: unknown key \"actors.server.storage.qqqqqqqq\"; there are: kind, connection-string, synchronous")]
    public void An_unknown_key_is_named_with_its_place_and_the_nearest_right_one(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Apply(text)).Message);

    [Theory]
    [InlineData("actors.ports.http = high", "test.hocon:1: found \"high\" for \"actors.ports.http\", expected a whole number from 0 to 65535")]
    [InlineData("actors {\n  ports {\n    rpc = 70000\n  }\n}", "test.hocon:3: found \"70000\" for \"actors.ports.rpc\", expected a whole number from 0 to 65535")]
    [InlineData("actors.server.enabled = maybe", "test.hocon:1: found \"maybe\" for \"actors.server.enabled\", expected true or false")]
    [InlineData("actors.server.heartbeat-grace = 10", "test.hocon:1: found \"10\" for \"actors.server.heartbeat-grace\", expected a duration such as 30s or 5m")]
    [InlineData("actors.server.min-heartbeat-ttl = 10ms", "test.hocon:1: found \"10ms\" for \"actors.server.min-heartbeat-ttl\", expected a duration such as 30s or 5m, 1s or more")]
    [InlineData("actors.server.storage.kind = oracle", "test.hocon:1: found \"oracle\" for \"actors.server.storage.kind\", expected one of sqlite, postgresql")]
    [InlineData("actors.client.servers = \"a:1\"", "test.hocon:1: found \"a:1\" for \"actors.client.servers\", expected a list of host:port")]
    [InlineData("actors.client.servers = [somewhere]", "test.hocon:1: found a list for \"actors.client.servers\", expected a list of host:port")]
    [InlineData("actors.client.gc.disk-usage = 80", "test.hocon:1: found \"80\" for \"actors.client.gc.disk-usage\", expected a number from 0 to 1")]
    [InlineData("actors.server = yes", "test.hocon:1: found \"yes\" for \"actors.server\", expected an object: server { … }")]
    [InlineData("actors = 5", "test.hocon:1: found \"5\" for \"actors\", expected an object: actors { … }")]
    [InlineData("actors.client.plugins.script.args = \"-v -x\"", "test.hocon:1: found \"-v -x\" for \"actors.client.plugins.script.args\", expected a list of texts")]
    [InlineData("actors.client.plugins.script.args = [[-v]]", "test.hocon:1: found a list for \"actors.client.plugins.script.args\", expected a list of texts")]
    [InlineData("actors.client.host-volumes.certs.path = relative", "test.hocon:1: found \"relative\" for \"actors.client.host-volumes.certs.path\", expected an absolute path")]
    public void A_wrong_value_is_named_with_its_place_and_what_was_expected(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Apply(text)).Message);

    [Fact]
    public void Keys_may_have_underscores_as_in_Nomads_files_and_durations_words()
    {
        var settings = Apply("actors { data_dir = /d, log_level = WARN, server { heartbeat_grace = 15 seconds }, client { meta { rack = r1, a.b = c }, host_volumes { certs { path = /c, read_only = true } } } }");
        Assert.Equal("/d", settings.DataDir);
        Assert.Equal(LogLevel.Warning, settings.LogLevel);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.Server.HeartbeatGrace);
        Assert.Equal("r1", settings.Client.Meta["rack"]);
        Assert.Equal("c", settings.Client.Meta["a.b"]);
        Assert.Equal("/c", settings.Client.HostVolumes["certs"].Path);
        Assert.True(settings.Client.HostVolumes["certs"].ReadOnly);
    }

    [Fact]
    public void What_a_plugins_program_is_started_with_is_said_by_the_name_of_its_file()
    {
        var args = Apply("actors.client.plugins { script { args = [-v, \"two words\", 7] }, \"my.plugin\" { args = [] } }").Client.PluginArgs;
        Assert.Equal(["-v", "two words", "7"], args["script"]);
        Assert.Empty(args["my.plugin"]);
    }

    [Fact]
    public void A_drivers_own_options_keep_their_kinds()
    {
        var options = Apply("actors.client.drivers.docker { endpoint = \"unix:///x\", allow_privileged = true, gc { image_delay = 3m }, pids_limit = 100, caps = [a, b] }").Client.DriverOptions["docker"];
        Assert.Equal("""{"endpoint":"unix:///x","allow_privileged":true,"gc":{"image_delay":"3m"},"pids_limit":100,"caps":["a","b"]}""", options.ToJsonString());
    }

    [Fact]
    public void Flags_win_over_files_and_later_files_over_earlier_ones()
    {
        using var folder = new TemporaryFolder("config-");
        File.WriteAllText(Path.Combine(folder.Path, "1.hocon"), "actors { region = one, datacenter = one, name = one, client.meta { a = 1, b = 1 } }");
        File.WriteAllText(Path.Combine(folder.Path, "2.hocon"), "actors { datacenter = two, name = two, client.meta { b = 2 } }");
        var settings = Settings("-dev", "-config", folder.Path, "-node-name", "three");
        Assert.Equal(("one", "two", "three"), (settings.Region, settings.Datacenter, settings.Name));
        Assert.Equal(("1", "2"), (settings.Client.Meta["a"], settings.Client.Meta["b"]));
    }

    [Theory]
    [InlineData("an agent must be a server, a client, or both")]
    [InlineData("an agent needs a folder for its data", "-server")]
    [InlineData("a client that is no server too needs servers to connect to", "-client", "-data-dir", "/d")]
    [InlineData("SQLite is for one server", "-server", "-data-dir", "/d", "-bootstrap-expect", "3")]
    [InlineData("-servers: found \"nowhere\", expected host:port", "-client", "-data-dir", "/d", "-servers", "nowhere")]
    [InlineData("-http-port: found 99999, expected 0 to 65535", "-dev", "-http-port", "99999")]
    [InlineData("-log-level: found \"loud\", expected one of trace, debug, info, warn, error", "-dev", "-log-level", "loud")]
    [InlineData("-config: there is no file or folder \"nowhere.hocon\"", "-dev", "-config", "nowhere.hocon")]
    public void What_the_flags_together_cannot_mean_is_refused(string message, params string[] flags) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => Settings(flags)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_file_for_development_is_a_server_and_a_client()
    {
        var settings = Settings("-dev", "-config", Path.Combine(Folder, "dev.hocon"));
        Assert.True(settings is { ServerEnabled: true, ClientEnabled: true, Name: "dev", BindAddress: "127.0.0.1", HttpPort: 4646 });
        Assert.Contains("log-config-on-start", settings.AkkaConfig, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_for_a_server_with_PostgreSQL_take_the_connection_from_the_environment()
    {
        var settings = Settings("-config", Path.Combine(Folder, "server.hocon"), "-config", Path.Combine(Folder, "postgresql.hocon"), "-join", "a:1,b:2");
        Assert.True(settings is { ServerEnabled: true, ClientEnabled: false, Server.BootstrapExpect: 3, Server.Storage: { Kind: StorageKind.PostgreSql, ConnectionString: "Host=db" } });
        Assert.Equal(["a:1", "b:2"], settings.Server.Seeds);
    }

    [Fact]
    public void The_files_for_a_server_with_SQLite_make_one_that_leads_alone()
    {
        var settings = Settings("-config", Path.Combine(Folder, "server.hocon"), "-config", Path.Combine(Folder, "sqlite.hocon"));
        Assert.True(settings is { ServerEnabled: true, Server: { BootstrapExpect: 1, Storage: { Kind: StorageKind.Sqlite, Synchronous: "FULL" } } });
    }

    [Fact]
    public void The_file_for_a_client_is_a_client()
    {
        var settings = Settings("-config", Path.Combine(Folder, "client.hocon"));
        Assert.True(settings is { ServerEnabled: false, ClientEnabled: true, Client.ReservedPorts: "22,8500-8600" });
        Assert.Equal("r1", settings.Client.Meta["rack"]);
        Assert.Equal("unix:///var/run/docker.sock", settings.Client.DriverOptions["docker"]["endpoint"]!.GetValue<string>());
    }

    [Fact]
    public void Every_key_is_explained_in_one_of_the_files()
    {
        var text = string.Join('\n', Directory.EnumerateFiles(Folder).Select(File.ReadAllText));
        foreach (var key in ConfigSchema.Keys.Select(key => key.Path.Split('.').Last(name => name != "*")))
            Assert.Contains(key, text, StringComparison.Ordinal);
    }

    private static AgentSettings Apply(string text) => ConfigReader.Apply(new AgentSettings(), HoconReader.ReadText(text, "test.hocon", _ => null));

    private static AgentSettings Settings(params string[] args)
    {
        var command = AgentCommand.Make();
        var (flags, arguments) = FlagParser.Parse(args, command.AllFlags);
        var cli = new CliContext
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            In = TextReader.Null,
            Variable = name => name == "ACTORS_POSTGRESQL" ? "Host=db" : null,
            WorkingDirectory = Path.GetTempPath(),
        };
        return AgentCommand.Settings(new Invocation(command, flags, arguments, cli, CancellationToken.None));
    }
}
