using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Files that are made for a task from templates, and made again while it runs.</summary>
public sealed class TemplateTests
{
    private const string Forever = "trap 'exit 0' TERM; trap 'echo hup' HUP; echo started; while :; do sleep 0.02; done";

    [Fact]
    public async Task A_template_is_there_before_the_task_starts_with_its_mode_and_what_it_looks_up()
    {
        await using var client = await StartAsync();
        var allocation = Run(client, Given.Shell("main", "cat local/conf; stat -c %a local/conf") with
        {
            Templates = Of(new Template { Data = "{{ env \"NOMAD_JOB_NAME\" }} {{ env \"NOMAD_META_COLOR\" | toUpper }} {{ env \"attr.kernel.name\" }} {{ mustEnv \"node.datacenter\" }} [[ x\n", Destination = "${NOMAD_TASK_DIR}/conf", Perms = "0640" }),
            Meta = EquatableMap.Of(("color", "blue on ${node.unique.name}")),
        });

        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("job BLUE ON TEST-NODE linux dc1 [[ x\n640\n", client.LogOf(allocation.Id, "main"));
    }

    [Fact]
    public async Task A_template_of_variables_adds_to_the_environment()
    {
        await using var client = await StartAsync();
        var allocation = Run(client, Given.Shell("main", "echo $A $B $C $D") with
        {
            Env = EquatableMap.Of(("A", "overridden"), ("D", "kept")),
            Templates = Of(new Template { Data = "# comment\nA=1\nexport B=\"two words\" \nC='{{ print \"3\" }}' # x\n", Destination = "secrets/env", Env = true }),
        });

        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("1 two words 3 kept\n", client.LogOf(allocation.Id, "main"));
    }

    [Fact]
    public async Task A_template_reads_its_source_and_other_files_of_the_allocation()
    {
        await using var client = await StartAsync();
        var allocation = Run(client,
            Given.Shell("init", "echo 'value is {{ file \"../alloc/data/value\" | trimSpace }}' >$NOMAD_ALLOC_DIR/data/conf.tpl; echo 7 >$NOMAD_ALLOC_DIR/data/value") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } },
            Given.Shell("main", "cat local/conf") with { Templates = Of(new Template { Source = "${NOMAD_ALLOC_DIR}/data/conf.tpl", Destination = "local/conf" }) });

        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("value is 7\n", client.LogOf(allocation.Id, "main"));
    }

    [Theory]
    [InlineData("signal")]
    [InlineData("restart")]
    [InlineData("script")]
    [InlineData("noop")]
    public async Task A_template_is_made_again_when_its_file_changes_and_the_task_hears_of_it_as_the_job_says(string mode)
    {
        await using var client = await StartAsync();
        var job = Given.Job(
            Given.Shell("init", "echo 1 >$NOMAD_ALLOC_DIR/data/value") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } },
            Given.Shell("main", Forever) with
            {
                Templates = Of(new Template
                {
                    Data = "{{ file \"../alloc/data/value\" }}",
                    Destination = "local/conf",
                    ChangeMode = mode,
                    ChangeSignal = "SIGHUP",
                    ChangeScript = new ChangeScript { Command = "/bin/sh", Args = new[] { "-c", "echo scripted >>$NOMAD_ALLOC_DIR/data/script" }.ToEquatableList() },
                    Splay = TimeSpan.Zero,
                }),
            });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await TestClient.Until(() => client.LogOf(allocation.Id, "main") == "started\n", "the task to start");
        var directory = Path.Combine(client.Data, "alloc", allocation.Id.ToString());
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(directory, "main/local/conf")));

        File.WriteAllText(Path.Combine(directory, "alloc/data/value"), "22\n");

        await TestClient.Until(() => File.ReadAllText(Path.Combine(directory, "main/local/conf")) == "22\n", "the template to be made again");
        if (mode == "signal") await TestClient.Until(() => client.LogOf(allocation.Id, "main") == "started\nhup\n", "the signal");
        if (mode == "restart") await TestClient.Until(() => client.LogOf(allocation.Id, "main") == "started\nstarted\n", "the restart");
        if (mode == "script") await TestClient.Until(() => File.Exists(Path.Combine(directory, "alloc/data/script")), "the script");
        var report = await client.Until(allocation.Id, AllocationClientStatus.Running);
        if (mode == "restart") Assert.Contains(report.TaskStates["main"].Events, e => e.DisplayMessage.Contains("Template with change_mode restart re-rendered"));
        if (mode == "noop") Assert.Equal(0, report.TaskStates["main"].Restarts);
    }

    [Theory]
    [InlineData("{{ key \"a/b\" }}", "key needs Consul")]
    [InlineData("{{ secret \"a\" }}", "secret needs Vault")]
    [InlineData("{{ nomadVar \"a\" }}", "nomadVar is not offered by this client")]
    [InlineData("{{ plugin \"sh\" }}", "plugin is not allowed")]
    [InlineData("{{ file \"../../../../etc/passwd\" }}", "leaves the allocation's directory")]
    [InlineData("x\n{{ shout }}", "template line 2: function \"shout\" is not supported")]
    public async Task A_template_that_can_not_be_made_fails_the_task_and_says_why(string data, string reason)
    {
        await using var client = await StartAsync();
        var allocation = Run(client, Given.Shell("main", "true") with { Templates = Of(new Template { Data = data, Destination = "local/conf" }) });

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(failed.TaskStates["main"].Events, e => e.Type == TaskEventTypes.Template && e.DisplayMessage.Contains(reason));
    }

    [Theory]
    [InlineData("../../escape")]
    [InlineData("../.control/x")]
    public async Task A_destination_outside_of_the_allocation_is_refused(string destination)
    {
        await using var client = await StartAsync();
        var allocation = Run(client, Given.Shell("main", "true") with { Templates = Of(new Template { Data = "x", Destination = destination }) });

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(failed.TaskStates["main"].Events, e => e.DisplayMessage.Contains("template.destination") && e.DisplayMessage.Contains("leaves the allocation's directory"));
    }

    [Fact]
    public async Task A_link_that_a_task_put_where_a_template_goes_is_not_followed()
    {
        await using var client = await StartAsync();
        var victim = Path.Combine(client.Data, "victim");
        File.WriteAllText(victim, "untouched");
        var allocation = Run(client,
            Given.Shell("init", $"ln -s {client.Data} $NOMAD_ALLOC_DIR/data/out; ln -s {victim} $NOMAD_ALLOC_DIR/data/link") with { Lifecycle = new TaskLifecycle { Hook = "prestart" } },
            Given.Shell("main", "cat $NOMAD_ALLOC_DIR/data/link") with { Templates = Of(new Template { Data = "mine", Destination = "../alloc/data/link" }) },
            Given.Shell("second", "true") with { Templates = Of(new Template { Data = "x", Destination = "../alloc/data/out/victim" }) });

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(failed.TaskStates["second"].Events, e => e.DisplayMessage.Contains("is a symbolic link, and is not followed"));
        Assert.Equal("untouched", File.ReadAllText(victim));
    }

    [Fact]
    public async Task The_payload_of_a_dispatch_is_written_where_the_task_wants_it()
    {
        await using var client = await StartAsync();
        var job = Given.Batch(Given.Shell("main", "cat local/in/payload") with { DispatchPayload = new DispatchPayloadConfig { File = "in/payload" } }) with { Payload = Convert.ToBase64String("hello"u8) };
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);

        await client.Until(allocation.Id, AllocationClientStatus.Complete);

        Assert.Equal("hello", client.LogOf(allocation.Id, "main"));
    }

    private static Task<TestClient> StartAsync() => TestClient.StartAsync(o => o with { TemplateInterval = TimeSpan.FromMilliseconds(50) });

    private static Allocation Run(TestClient client, params JobTask[] tasks)
    {
        var job = Given.Batch(tasks);
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        return allocation;
    }

    private static EquatableList<Template> Of(params Template[] templates) => templates.ToEquatableList();
}
