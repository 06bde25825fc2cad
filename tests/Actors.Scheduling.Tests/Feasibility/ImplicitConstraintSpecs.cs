using Actors.Contracts.Jobs;
using Actors.Scheduling.Feasibility;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Feasibility;

public class ImplicitConstraintSpecs
{
    public static TheoryData<string, Func<TaskGroup, TaskGroup>, string> Needs => new()
    {
        { "a kill signal", g => Task(g, t => t with { KillSignal = "SIGINT" }), "${attr.os.signals} set_contains SIGINT" },
        { "a kill signal without SIG", g => Task(g, t => t with { KillSignal = "hup" }), "${attr.os.signals} set_contains SIGHUP" },
        { "a template's signal", g => Task(g, t => t with { Templates = [new Template { ChangeMode = "signal", ChangeSignal = "SIGUSR1" }] }), "${attr.os.signals} set_contains SIGUSR1" },
        { "vault", g => Task(g, t => t with { Vault = new Vault { ChangeMode = "restart", ChangeSignal = "SIGHUP" } }), "${attr.vault.version} semver >= 0.6.1" },
        { "a service of Nomad's own", g => g with { Services = [new Service { Provider = "nomad" }] }, "${attr.nomad.service_discovery} = true" },
        { "the mesh", g => g with { Services = [new Service { Connect = new ConsulConnect { Native = true } }] }, "${attr.consul.version} semver >= 1.8.0" },
        { "NUMA", g => Task(g, t => t with { Resources = new Resources { Numa = new NumaResource { Affinity = "require" } } }), "${attr.kernel.name} = linux" },
        { "a plugin's secrets", g => Task(g, t => t with { Secrets = [new Secret { Provider = "aws" }] }), "${attr.plugins.secrets.aws.version} is_set" },
    };

    [Theory]
    [MemberData(nameof(Needs))]
    public void What_a_group_uses_its_node_must_have(string what, Func<TaskGroup, TaskGroup> with, string expected)
    {
        var constraint = Assert.Single(ImplicitConstraints.Of(with(Any.Group("app"))));
        Assert.True(expected == $"{constraint.LeftTarget} {constraint.Operand} {constraint.RightTarget}".TrimEnd(), what);
    }

    [Fact]
    public void A_plain_group_needs_nothing_not_even_consul_for_its_services() =>
        Assert.Empty(ImplicitConstraints.Of(Any.Group("app") with { Services = [new Service { Provider = "consul", Checks = [new ServiceCheck { Type = "tcp" }] }] }));

    [Fact]
    public void A_node_that_does_not_know_a_signal_is_left_out_and_told()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2) with { Attributes = new Dictionary<string, string> { ["os.signals"] = "SIGHUP,SIGINT" }, ComputedClass = "v2" });
        var job = Any.Job(count: 9);
        job = region.Register(job with { TaskGroups = [Task(job.TaskGroups[0], t => t with { KillSignal = "SIGINT" })] });

        var placed = region.Place(region.Request(job, 9), job);

        Assert.All(placed.Placed, p => Assert.Equal("n2", p.NodeName));
        Assert.Equal(1, placed.Failed["app"].ConstraintFiltered["${attr.os.signals} set_contains SIGINT"]);
    }

    private static TaskGroup Task(TaskGroup group, Func<JobTask, JobTask> change) => group with { Tasks = [change(group.Tasks[0])] };
}
