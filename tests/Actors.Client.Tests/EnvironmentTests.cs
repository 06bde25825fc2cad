using Actors.Client.Tasks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Drivers;
using Xunit;

namespace Actors.Client.Tests;

public sealed class EnvironmentTests
{
    private static readonly Node Node = new()
    {
        Id = NodeId.From(new Guid(7, 0, 0, new byte[8])),
        Name = "n1",
        Datacenter = "dc1",
        NodeClass = "big",
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux" },
        Meta = new Dictionary<string, string> { ["rack"] = "r9" },
        Resources = new NodeResources { CpuMhz = 4000, MemoryMb = 4000, DiskMb = 4000 },
    };

    [Fact]
    public void A_containers_directories_are_where_it_sees_them_and_a_processes_where_they_are()
    {
        var inside = Build(FileSystemIsolation.Image);
        var outside = Build(FileSystemIsolation.None);

        Assert.Equal(("/alloc", "/local", "/secrets"), (inside["NOMAD_ALLOC_DIR"], inside["NOMAD_TASK_DIR"], inside["NOMAD_SECRETS_DIR"]));
        Assert.Equal(("/a/alloc", "/a/web/local", "/a/web/secrets"), (outside["NOMAD_ALLOC_DIR"], outside["NOMAD_TASK_DIR"], outside["NOMAD_SECRETS_DIR"]));
    }

    [Fact]
    public void A_task_is_told_beneath_which_control_group_isolated_tasks_are() =>
        Assert.Equal($"/actors/{Node.Id}", Build(FileSystemIsolation.Image)["NOMAD_PARENT_CGROUP"]);

    [Fact]
    public void A_process_inherits_the_agents_environment_but_not_its_credentials()
    {
        var host = new Dictionary<string, string> { ["PATH"] = "/bin", ["VAULT_TOKEN"] = "s3cret", ["NOMAD_TOKEN"] = "s3cret", ["NOMAD_ADDR"] = "x" };

        Assert.Equal("/bin", Build(FileSystemIsolation.None, host: host)["PATH"]);
        Assert.DoesNotContain("s3cret", Build(FileSystemIsolation.None, host: host).Values);
        Assert.False(Build(FileSystemIsolation.Image, host: host).ContainsKey("PATH"));
    }

    [Fact]
    public void Ports_are_told_in_todays_form_and_in_the_form_of_the_tasks_own_network()
    {
        var env = Build(FileSystemIsolation.Image, ports: [new AllocatedPort("db-main", 21000, 0, "10.0.2.15", "web"), new AllocatedPort("http", 22000, 8080, "10.0.2.15"), new AllocatedPort("other", 23000, 0, "10.0.2.15", "sibling")], map: new() { ["db-main"] = 6379 });

        Assert.Equal("10.0.2.15", env["NOMAD_IP"]);
        Assert.Equal(("6379", "21000", "10.0.2.15:21000"), (env["NOMAD_PORT_db_main"], env["NOMAD_HOST_PORT_db_main"], env["NOMAD_ADDR_db_main"]));
        Assert.Equal(("8080", "22000"), (env["NOMAD_PORT_http"], env["NOMAD_HOST_PORT_http"]));
        Assert.Equal(("23000", "10.0.2.15:23000"), (env["NOMAD_PORT_sibling_other"], env["NOMAD_ADDR_sibling_other"]));
        Assert.False(env.ContainsKey("NOMAD_PORT_other"));
    }

    [Fact]
    public void The_nearest_meta_wins_and_is_told_in_both_cases()
    {
        var env = Build(FileSystemIsolation.Image);

        Assert.Equal("task", env["NOMAD_META_level"]);
        Assert.Equal("task", env["NOMAD_META_LEVEL"]);
        Assert.Equal("job value", env["NOMAD_META_jobKey"]);
    }

    [Fact]
    public void References_are_replaced_where_they_are_known_and_kept_where_not()
    {
        var env = Build(FileSystemIsolation.Image);

        Assert.Equal("linux r9 n1 dc1 web 500 ${unknown.thing} $HOME", env["MIXED"]);
    }

    [Fact]
    public void A_configuration_is_interpolated_wherever_it_holds_text()
    {
        var config = EquatableMap.Of(
            ("image", ConfigValue.Of("app:${NOMAD_META_level}")),
            ("args", ConfigValue.Of([ConfigValue.Of("--rack=${meta.rack}"), ConfigValue.Of(3)])),
            ("labels", ConfigValue.Of([KeyValuePair.Create("on", ConfigValue.Of("${node.unique.name}"))])));

        var replaced = Interpolation.Replace(config, Build(FileSystemIsolation.Image), Interpolation.NodeValues(Node, "global"));

        Assert.Equal("app:task", replaced["image"].AsString());
        Assert.Equal("""["--rack=r9",3]""", replaced["args"].ToString());
        Assert.Equal("n1", replaced["labels"].AsMap()["on"].AsString());
    }

    private static Dictionary<string, string> Build(FileSystemIsolation isolation, AllocatedPort[]? ports = null, Dictionary<string, long>? map = null, Dictionary<string, string>? host = null)
    {
        var task = new JobTask
        {
            Name = "web",
            Meta = EquatableMap.Of(("level", "task")),
            Env = EquatableMap.Of(("MIXED", "${attr.kernel.name} ${meta.rack} ${node.unique.name} ${node.datacenter} ${NOMAD_TASK_NAME} ${NOMAD_CPU_LIMIT} ${unknown.thing} $HOME")),
        };
        var group = new TaskGroup { Name = "group", Tasks = new[] { task }.ToEquatableList(), Meta = EquatableMap.Of(("level", "group")) };
        var job = new Job { Id = "j", Name = "j", Type = "service", Meta = EquatableMap.Of(("level", "job"), ("jobKey", "job value")), TaskGroups = new[] { group }.ToEquatableList() };
        var allocation = Given.Allocation(job) with { Resources = new AllocatedResources(new Dictionary<string, AllocatedTaskResources> { ["web"] = new(500, 256) }, 300, ports ?? []) };
        return EnvironmentBuilder.Build(new EnvironmentInput
        {
            Allocation = allocation,
            Job = job,
            Group = group,
            Task = task,
            Node = Node,
            Region = "global",
            Isolation = isolation,
            Paths = new TaskPaths { Allocation = "/a", Task = "/a/web", Control = "/a/.control/web" },
            PortMap = map ?? [],
            Host = host ?? [],
        });
    }
}
