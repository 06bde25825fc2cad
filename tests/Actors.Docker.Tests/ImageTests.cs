using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;
using Xunit;

namespace Actors.Docker.Tests;

/// <summary>Images: pulled once, from registries in every mood, and removed when no task uses them.</summary>
[Collection(EngineCollection.Name)]
public sealed class ImageTests(EngineFixture engine) : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("actors-images-").FullName;
    private readonly NodeId _node = NodeId.From(Guid.NewGuid());
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
    private readonly List<IDriverTask> _started = [];
    private readonly List<DockerDriver> _drivers = [];
    private FakeRegistry _registry = null!;

    public async Task InitializeAsync() => _registry = await FakeRegistry.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var task in _started)
        {
            await task.DestroyAsync(_soon);
            await task.DisposeAsync();
        }

        foreach (var driver in _drivers) await driver.DisposeAsync();
        foreach (var image in (await engine.Client.Images.ListImagesAsync(new ImagesListParameters(), _soon)).SelectMany(i => i.RepoTags ?? []).Where(t => t.Contains(_registry.Host) || t.Contains(_node.ToString())).ToList())
            await engine.Client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true }, _soon);
        await _registry.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Many_tasks_that_want_an_image_at_once_share_one_pull()
    {
        var driver = Driver();
        _registry.Delay = TimeSpan.FromMilliseconds(300);

        var tasks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartAsync(driver, NewTask("shared"))));

        Assert.Equal(5, tasks.Length);
        Assert.Equal(1, _registry.Asked($"/v2/shared/blobs/{_registry.LayerDigest}"));
    }

    [Fact]
    public async Task A_pull_tells_its_story()
    {
        var told = new List<string>();

        await StartAsync(Driver(), NewTask("story"), told);

        Assert.Contains(told, m => m.StartsWith($"Downloading image {_registry.Host}/story:1"));
        Assert.Contains(told, m => m.StartsWith($"Downloaded image {_registry.Host}/story:1"));
    }

    [Fact]
    public async Task A_registry_that_stumbles_is_asked_again()
    {
        // The engine itself asks in two ways before it gives up.
        _registry.Unavailable = 2;
        var told = new List<string>();

        await StartAsync(Driver(), NewTask("stumbles"), told);

        Assert.Contains(told, m => m.Contains("trying again"));
    }

    [Fact]
    public async Task A_registry_that_is_down_fails_the_start_for_now()
    {
        _registry.Unavailable = 100;

        var refusal = await Assert.ThrowsAsync<DriverException>(() => StartAsync(Driver(), NewTask("down")));

        Assert.True(refusal.Recoverable);
        Assert.Contains($"Failed to pull {_registry.Host}/down:1", refusal.Message);
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_fails_the_start_for_good()
    {
        var refusal = await Assert.ThrowsAsync<DriverException>(() => StartAsync(Driver(), NewTask("no-such-image")));

        Assert.False(refusal.Recoverable);
    }

    [Fact]
    public async Task A_slow_registry_is_given_the_time_that_the_job_gives_it()
    {
        _registry.Delay = TimeSpan.FromSeconds(30);
        var task = NewTask("slow");

        var refusal = await Assert.ThrowsAsync<DriverException>(() => StartAsync(Driver(), task with { Config = task.Config.SetItem("image_pull_timeout", ConfigValue.Of("700ms")) }));

        Assert.True(refusal.Recoverable);
        Assert.Contains("image_pull_timeout", refusal.Message);
    }

    [Fact]
    public async Task A_registry_that_wants_a_password_gets_the_jobs()
    {
        _registry.Only = ("reader", "secret");
        var task = NewTask("private");

        var refusal = await Assert.ThrowsAsync<DriverException>(() => StartAsync(Driver(), task));
        await StartAsync(Driver(), task with { Config = task.Config.SetItem("auth", ConfigValue.Of([KeyValuePair.Create("username", ConfigValue.Of("reader")), KeyValuePair.Create("password", ConfigValue.Of("secret"))])) });

        Assert.Contains("Failed to pull", refusal.Message);
    }

    [Fact]
    public async Task A_registry_that_wants_a_password_gets_that_of_the_operators_file_or_helper()
    {
        _registry.Only = ("reader", "secret");
        var file = Path.Combine(_root, "config.json");
        File.WriteAllText(file, new JsonObject { ["auths"] = new JsonObject { [_registry.Host] = new JsonObject { ["auth"] = Convert.ToBase64String("reader:secret"u8) } } }.ToJsonString());
        var helper = Path.Combine(_root, "docker-credential-test");
        File.WriteAllText(helper, $$"""
            #!/bin/sh
            read -r host
            [ "$1 $host" = "get {{_registry.Host}}" ] && echo '{"ServerURL":"x","Username":"reader","Secret":"secret"}' && exit 0
            echo 'credentials not found in native keychain'
            exit 1
            """);
        File.SetUnixFileMode(helper, (UnixFileMode)0b111_101_101);

        await StartAsync(Driver(new JsonObject { ["auth"] = new JsonObject { ["config"] = file } }), NewTask("by-file"));
        await StartAsync(Driver(new JsonObject { ["auth"] = new JsonObject { ["helper"] = helper } }), NewTask("by-helper"));
    }

    [Fact]
    public async Task An_image_that_was_pulled_goes_a_while_after_its_last_task()
    {
        var driver = Driver(Collecting());
        var (first, second) = (await StartAsync(driver, NewTask("used")), await StartAsync(driver, NewTask("used")));

        await DestroyAsync(first);
        await Task.Delay(600, _soon);
        Assert.True(await IsThereAsync("used"), "a task still uses it");
        await DestroyAsync(second);

        await Until(async () => !await IsThereAsync("used") && !(await MarksAsync()).Any());
    }

    [Fact]
    public async Task An_image_that_an_earlier_agent_pulled_goes_too()
    {
        await using (var earlier = new DockerDriver(options: null, TimeProvider.System)) await DestroyAsync(await StartAsync(earlier, NewTask("forgotten")));
        Assert.True(await IsThereAsync("forgotten"));

        await ((ILeftovers)Driver(Collecting())).FindAsync(_node, _soon);

        await Until(async () => !await IsThereAsync("forgotten"));
    }

    [Fact]
    public async Task An_image_that_an_operator_put_there_stays()
    {
        await engine.Client.Images.TagImageAsync(EngineFixture.Busybox, new ImageTagParameters { RepositoryName = $"{_registry.Host}/kept", Tag = "1" }, _soon);
        var driver = Driver(Collecting());

        await DestroyAsync(await StartAsync(driver, NewTask("kept")));
        await Task.Delay(800, _soon);

        Assert.True(await IsThereAsync("kept"));
    }

    [Theory]
    [InlineData("redis:7")]
    [InlineData("library/redis:latest")]
    [InlineData("docker.io/library/redis:7.2")]
    [InlineData("127.0.0.1:5000/a/b_c:v1")]
    [InlineData("registry.example.com/x:1")]
    [InlineData("redis@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void An_images_mark_tells_its_name_again(string image)
    {
        var (repository, tag) = ImageMark.Of(ImageReference.Parse(image), _node);

        Assert.Equal(image, ImageMark.Read($"{repository}:{tag}", _node));
        Assert.Null(ImageMark.Read($"{repository}:{tag}", NodeId.From(Guid.NewGuid())));
        Assert.Matches("^[a-z0-9._/-]+$", repository);
    }

    private static JsonObject Collecting() => new() { ["gc"] = new JsonObject { ["image_delay"] = "300ms" } };

    private DockerDriver Driver(JsonObject? options = null)
    {
        var driver = new DockerDriver(options, TimeProvider.System);
        _drivers.Add(driver);
        return driver;
    }

    private TaskConfig NewTask(string image)
    {
        var allocation = AllocationId.From(Guid.NewGuid());
        var directory = Path.Combine(_root, allocation.ToString());
        var config = new TaskConfig
        {
            AllocationId = allocation,
            JobId = new JobId("default", "images"),
            TaskGroup = "group",
            Task = "main",
            NodeId = _node,
            Config = EquatableMap.Of(
                ("image", ConfigValue.Of($"{_registry.Host}/{image}:1")), ("command", ConfigValue.Of("/bin/sleep")), ("args", ConfigValue.Of([ConfigValue.Of("1000")])),
                ("network_mode", ConfigValue.Of("none"))),
            Paths = new TaskPaths { Allocation = directory, Task = Path.Combine(directory, "main"), Control = Path.Combine(directory, "control") },
            Resources = new AllocatedTaskResources(100, 64),
        };
        foreach (var path in (string[])[config.Paths.Logs, config.Paths.Local, config.Paths.Secrets]) Directory.CreateDirectory(path);
        return config;
    }

    private async Task<IDriverTask> StartAsync(DockerDriver driver, TaskConfig config, List<string>? told = null)
    {
        var task = await driver.StartAsync(config, new Told(told), _soon);
        lock (_started) _started.Add(task);
        return task;
    }

    private async Task DestroyAsync(IDriverTask task)
    {
        await task.DestroyAsync(_soon);
        await task.DisposeAsync();
        _started.Remove(task);
    }

    private async Task<bool> IsThereAsync(string image)
    {
        try
        {
            await engine.Client.Images.InspectImageAsync($"{_registry.Host}/{image}:1", _soon);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    private async Task<IEnumerable<string>> MarksAsync() =>
        (await engine.Client.Images.ListImagesAsync(new ImagesListParameters(), _soon)).SelectMany(i => i.RepoTags ?? []).Where(t => t.Contains(_node.ToString()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        var until = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < until, "the condition did not come true in time");
            await Task.Delay(50);
        }
    }

    private sealed class Told(List<string>? told) : IProgress<DriverEvent>
    {
        public void Report(DriverEvent value)
        {
            if (told is not null) lock (told) told.Add(value.Message);
        }
    }
}
