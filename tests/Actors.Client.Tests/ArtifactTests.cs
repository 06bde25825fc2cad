using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Actors.Client.Artifacts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Fetching artifacts from a real web server, a real repository and a store that speaks S3, the hostile ones too.</summary>
public sealed class ArtifactTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("actors-artifacts-").FullName;
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<Dictionary<string, string>> _requests = [];
    private WebApplication _web = null!;
    private int _failures;
    private string _address = "";

    private string Task => Path.Combine(_root, "web");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.Run(AnswerAsync);
        await _web.StartAsync();
        _address = _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Directory.CreateDirectory(Task);
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task A_file_is_put_into_the_destination_under_its_own_name()
    {
        _files["/tool"] = Bytes("hello");

        await FetchAsync($"{_address}/tool");

        Assert.Equal("hello", Read("local/tool"));
        Assert.Equal(["local"], Directory.GetFileSystemEntries(Task).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Mode_file_names_the_file_and_the_option_filename_too()
    {
        _files["/v1/download"] = Bytes("hello");

        await FetchAsync($"{_address}/v1/download", mode: "file", destination: "local/bin/tool");
        await FetchAsync($"{_address}/v1/download?filename=other");

        Assert.Equal(("hello", "hello"), (Read("local/bin/tool"), Read("local/other")));
    }

    [Theory]
    [InlineData("tar", null)]
    [InlineData("tar.gz", "gzip")]
    [InlineData("tgz", "gzip")]
    [InlineData("tar.bz2", "bzip2")]
    [InlineData("tar.xz", "xz")]
    [InlineData("tar.zst", "zstd")]
    public async Task A_tape_archive_is_unpacked_however_it_is_compressed(string ending, string? tool)
    {
        var tar = Tar(("bin/tool", "run", UnixFileMode.UserRead | UnixFileMode.UserExecute), ("readme", "text", UnixFileMode.UserRead));
        _files["/a." + ending] = tool is null ? tar : await FilterAsync(tool, tar);

        await FetchAsync($"{_address}/a.{ending}");

        Assert.Equal(("run", "text"), (Read("local/bin/tool"), Read("local/readme")));
        Assert.True(File.GetUnixFileMode(Path.Combine(Task, "local/bin/tool")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task A_zip_is_unpacked_and_only_a_part_of_it_when_that_is_asked_for()
    {
        _files["/a.zip"] = Zip(("app/x", "1"), ("app/y/z", "2"), ("other", "3"));

        await FetchAsync($"{_address}/a.zip//app");

        Assert.Equal(("1", "2"), (Read("local/x"), Read("local/y/z")));
        Assert.False(File.Exists(Path.Combine(Task, "local/other")));
    }

    [Fact]
    public async Task An_archive_stays_packed_when_the_job_says_so_and_one_of_another_name_is_unpacked_when_it_says_so()
    {
        _files["/a.zip"] = _files["/download"] = Zip(("x", "1"));

        await FetchAsync($"{_address}/a.zip?archive=false");
        await FetchAsync($"{_address}/download?archive=zip", destination: "local/b");

        Assert.True(File.Exists(Path.Combine(Task, "local/a.zip")));
        Assert.Equal("1", Read("local/b/x"));
    }

    [Fact]
    public async Task A_single_compressed_file_loses_its_ending()
    {
        _files["/log.txt.gz"] = await FilterAsync("gzip", Bytes("lines"));

        await FetchAsync($"{_address}/log.txt.gz");

        Assert.Equal("lines", Read("local/log.txt"));
    }

    [Fact]
    public async Task A_checksum_that_does_not_match_leaves_nothing_and_is_not_tried_again()
    {
        _files["/tool"] = Bytes("hello");
        var right = Convert.ToHexStringLower(SHA256.HashData(Bytes("hello")));
        _files["/SUMS"] = Bytes($"{right}  tool\n");

        await FetchAsync($"{_address}/tool?checksum=sha256:{right}");
        await FetchAsync($"{_address}/tool?checksum=file:{_address}/SUMS", destination: "local/b");
        var wrong = await RefusedAsync($"{_address}/tool?checksum=md5:00000000000000000000000000000000", destination: "local/c");

        Assert.Contains("expected md5:0000", wrong.Message);
        Assert.False(wrong.Recoverable);
        Assert.False(Directory.Exists(Path.Combine(Task, "local/c")));
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_again_and_one_that_goes_on_failing_is_an_error_that_may_pass()
    {
        _files["/tool"] = Bytes("hello");
        _failures = 2;
        await FetchAsync($"{_address}/tool");
        Assert.Equal("hello", Read("local/tool"));

        _failures = 100;
        var failed = await RefusedAsync($"{_address}/tool");

        Assert.True(failed.Recoverable);
        Assert.Contains("answered 503", failed.Message);
    }

    [Fact]
    public async Task Headers_are_sent()
    {
        _files["/tool"] = Bytes("hello");

        await FetchAsync($"{_address}/tool", headers: new Dictionary<string, string> { ["X-Token"] = "s3cret" });

        Assert.Equal("s3cret", _requests.Single()["X-Token"]);
    }

    [Theory]
    [InlineData("../../escape")]
    [InlineData("x/../../../escape")]
    public async Task An_archive_that_writes_outside_of_its_directory_is_refused(string name)
    {
        _files["/a.tar"] = Tar((name, "gotcha", UnixFileMode.UserRead));
        _files["/a.zip"] = Zip((name, "gotcha"));

        Assert.Contains("leaves its directory", (await RefusedAsync($"{_address}/a.tar")).Message);
        Assert.Contains("leaves its directory", (await RefusedAsync($"{_address}/a.zip")).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_root, "escape", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../../..")]
    public async Task An_archive_with_a_link_that_leads_out_is_refused(string target)
    {
        _files["/a.tar"] = Tar(writer =>
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = target });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "link/passwd") { DataStream = new MemoryStream(Bytes("gotcha")) });
        });

        Assert.Contains("outside of what is unpacked", (await RefusedAsync($"{_address}/a.tar")).Message);
    }

    [Fact]
    public async Task An_archive_that_writes_through_its_own_link_is_refused_and_a_link_that_stays_inside_is_kept()
    {
        _files["/bad.tar"] = Tar(writer =>
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "real/"));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "real" });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "link/x") { DataStream = new MemoryStream(Bytes("1")) });
        });
        _files["/good.tar"] = Tar(writer =>
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "lib/tool.1") { DataStream = new MemoryStream(Bytes("tool")) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "tool") { LinkName = "lib/tool.1" });
        });

        Assert.Contains("is a symbolic link, and is not followed", (await RefusedAsync($"{_address}/bad.tar")).Message);
        await FetchAsync($"{_address}/good.tar");
        Assert.Equal("tool", Read("local/tool"));
    }

    [Fact]
    public async Task An_archive_bomb_is_given_up_at_the_limit_and_leaves_nothing()
    {
        _files["/bomb.tar.gz"] = await FilterAsync("gzip", Tar(("zeros", new string('0', 8 << 20), UnixFileMode.UserRead)));
        _files["/many.tar"] = Tar([.. Enumerable.Range(0, 200).Select(i => ($"f{i}", "x", UnixFileMode.UserRead))]);
        _files["/large"] = new byte[2 << 20];
        var limits = new ArtifactLimits { MaxBytes = 1 << 20, MaxUnpackedBytes = 4 << 20, MaxFiles = 100 };

        Assert.Contains("unpacks to more than 4 MiB", (await RefusedAsync($"{_address}/bomb.tar.gz", limits: limits)).Message);
        Assert.Contains("more than 100 files", (await RefusedAsync($"{_address}/many.tar", limits: limits)).Message);
        Assert.Contains("larger than 1 MiB", (await RefusedAsync($"{_address}/large", limits: limits)).Message);
        Assert.Empty(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_destination_that_goes_through_a_link_is_refused()
    {
        _files["/tool"] = Bytes("hello");
        var outside = Directory.CreateTempSubdirectory("actors-outside-").FullName;
        File.CreateSymbolicLink(Path.Combine(Task, "local"), outside);

        Assert.Contains("\"web/local\" is a symbolic link", (await RefusedAsync($"{_address}/tool")).Message);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Directory.Delete(outside);
    }

    [Fact]
    public async Task A_slow_server_is_given_up_when_the_time_is_over()
    {
        var refused = await RefusedAsync($"{_address}/slow", limits: new ArtifactLimits { ReadTimeout = TimeSpan.FromMilliseconds(200), Attempts = 1 });

        Assert.Contains("not there within 200ms", refused.Message);
        Assert.True(refused.Recoverable);
    }

    [Fact]
    public async Task A_repository_is_cloned_at_a_branch_and_only_a_part_of_it_is_taken()
    {
        var repository = Path.Combine(_root, "repository");
        Git(_root, "init", "-q", "-b", "main", repository);
        Directory.CreateDirectory(Path.Combine(repository, "sub"));
        File.WriteAllText(Path.Combine(repository, "sub", "x"), "old");
        Commit(repository);
        Git(repository, "tag", "v1");
        File.WriteAllText(Path.Combine(repository, "sub", "x"), "new");
        Commit(repository);

        await FetchAsync($"git::file://{repository}");
        await FetchAsync($"git::file://{repository}//sub?ref=v1", destination: "local/old");
        await FetchAsync($"git::file://{repository}?ref=main&depth=1", destination: "local/shallow");
        var refused = await RefusedAsync($"git::file://{repository}?ref=nothing", destination: "local/none");

        Assert.Equal(("new", "old", "new"), (Read("local/sub/x"), Read("local/old/x"), Read("local/shallow/sub/x")));
        Assert.Contains("git checkout failed", refused.Message);
        Assert.Contains("no name of a branch", (await RefusedAsync($"git::file://{repository}?ref=--upload-pack=x")).Message);
    }

    [Fact]
    public async Task Objects_are_fetched_alone_or_all_beneath_a_prefix_signed_when_there_is_a_key()
    {
        _files["/bucket/app/x"] = Bytes("1");
        _files["/bucket/app/y/z"] = Bytes("2");

        await FetchAsync($"s3::{_address}/bucket/app/x");
        Assert.DoesNotContain(_requests, r => r.ContainsKey("Authorization"));
        _requests.Clear();
        await FetchAsync($"s3::{_address}/bucket/app?aws_access_key_id=id&aws_access_key_secret=secret&region=home", destination: "local/all");

        Assert.Equal(("1", "1", "2"), (Read("local/x"), Read("local/all/x"), Read("local/all/y/z")));
        Assert.All(_requests, r => Assert.Contains("Credential=id/", r["Authorization"]));
        Assert.Contains("no object", (await RefusedAsync($"s3::{_address}/bucket/none")).Message);
    }

    [Fact]
    public async Task Files_and_directories_of_the_machine_are_copied()
    {
        var source = Directory.CreateDirectory(Path.Combine(_root, "source", "inner")).FullName;
        File.WriteAllText(Path.Combine(source, "x"), "1");

        await FetchAsync($"file://{source}/x");
        await FetchAsync(Path.GetDirectoryName(source)!, destination: "local/all");

        Assert.Equal(("1", "1"), (Read("local/x"), Read("local/all/inner/x")));
    }

    [Fact]
    public async Task A_task_runs_what_it_fetched_and_does_not_fetch_it_again_for_a_restart()
    {
        await using var client = await TestClient.StartAsync();
        _files["/tool.tar"] = Tar(("tool.sh", "echo from the artifact; exit 1", UnixFileMode.UserRead | UnixFileMode.UserExecute));
        var task = Given.Shell("main", "exec /bin/sh x") with
        {
            Artifacts = new[] { new TaskArtifact { Source = _address + "/${NOMAD_META_WHAT}.tar", Destination = "local/bin" } }.ToEquatableList(),
            Meta = EquatableMap.Of(("what", "tool")),
        };
        task = task with { Config = task.Config.SetItem("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of("exec /bin/sh ${NOMAD_TASK_DIR}/bin/tool.sh")])) };
        var job = Given.Job(task);
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Equal("from the artifact\nfrom the artifact\nfrom the artifact\n", client.LogOf(allocation.Id, "main"));
        Assert.Single(_requests);
        Assert.Equal(2, failed.TaskStates["main"].Restarts);
    }

    [Fact]
    public async Task An_artifact_that_can_not_be_had_fails_the_task_after_its_restarts_and_the_story_says_why()
    {
        await using var client = await TestClient.StartAsync();
        var job = Given.Job(Given.Shell("main", "true") with
        {
            Artifacts = new[] { new TaskArtifact { Source = _address + "/nothing?secret=x" } }.ToEquatableList(),
            RestartPolicy = new RestartPolicy { Attempts = 0, Mode = "fail" },
        });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);

        var failed = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        var told = Assert.Single(failed.TaskStates["main"].Events, e => e.Type == TaskEventTypes.FailedArtifactDownload);
        Assert.Equal($"failed to download artifact \"{_address}/nothing\": {_address}/nothing answered 404 Not Found", told.DisplayMessage);
        Assert.Contains(failed.TaskStates["main"].Events, e => e.Type == TaskEventTypes.DownloadingArtifacts);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        lock (_requests) _requests.Add(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        var path = context.Request.Path.Value!;
        if (_failures > 0)
        {
            _failures--;
            context.Response.StatusCode = 503;
        }
        else if (path == "/slow")
        {
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (context.Request.Query["list-type"] == "2")
        {
            // A page holds one object, so that going on is seen to work.
            var bucket = path.TrimEnd('/') + "/";
            var keys = _files.Keys.Where(k => k.StartsWith(bucket + context.Request.Query["prefix"], StringComparison.Ordinal)).Select(k => k[bucket.Length..]).Order(StringComparer.Ordinal).ToList();
            var from = int.TryParse(context.Request.Query["continuation-token"], out var token) ? token : 0;
            await context.Response.WriteAsync($"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{string.Concat(keys.Skip(from).Take(1).Select(k => $"<Contents><Key>{k}</Key></Contents>"))}{(keys.Count > from + 1 ? $"<NextContinuationToken>{from + 1}</NextContinuationToken>" : "")}</ListBucketResult>");
        }
        else if (_files.TryGetValue(path, out var content))
        {
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    private Task FetchAsync(string source, string mode = "any", string destination = "local", IReadOnlyDictionary<string, string>? headers = null, ArtifactLimits? limits = null) =>
        new ArtifactFetcher(limits ?? new ArtifactLimits(), TimeProvider.System).FetchAsync(
            new ArtifactRequest(source, [], headers ?? new Dictionary<string, string>(), mode, false, _root, Path.Combine(Task, destination), Path.Combine(_root, "work")),
            (_, _) => { }, CancellationToken.None);

    private async Task<ArtifactException> RefusedAsync(string source, string destination = "local", ArtifactLimits? limits = null) =>
        await Assert.ThrowsAsync<ArtifactException>(() => FetchAsync(source, destination: destination, limits: limits));

    private string Read(string path) => File.ReadAllText(Path.Combine(Task, path));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Tar(params (string Name, string Content, UnixFileMode Mode)[] files) => Tar(writer =>
    {
        foreach (var (name, content, mode) in files)
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Bytes(content)), Mode = mode });
    });

    private static byte[] Tar(Action<TarWriter> write)
    {
        var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes)) write(writer);
        return bytes.ToArray();
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Bytes(content));
            }
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> FilterAsync(string tool, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, "-c") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await reading;
        return output.ToArray();
    }

    private static void Commit(string repository)
    {
        Git(repository, "add", "-A");
        Git(repository, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "x");
    }

    private static void Git(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = directory };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
