using System.Net;
using Actors.Client.Fingerprints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Clouds that tell a machine about itself, as their documents say they answer.</summary>
public sealed class CloudTests
{
    [Fact]
    public async Task Amazons_machine_is_told_by_its_metadata_with_a_token()
    {
        await using var cloud = await CloudAsync(request => (request.Method, request.Path.Value) switch
        {
            ("PUT", "/latest/api/token") when request.Headers["X-aws-ec2-metadata-token-ttl-seconds"] == "60" => "secret",
            ("GET", var path) when request.Headers["X-aws-ec2-metadata-token"] == "secret" => path switch
            {
                "/latest/meta-data/ami-id" => "ami-1",
                "/latest/meta-data/instance-type" => "m5.large",
                "/latest/meta-data/placement/availability-zone" => "eu-west-1b",
                "/latest/meta-data/instance-id" => "i-77",
                _ => null,
            },
            _ => null,
        });

        Assert.Equal(
            [
                "platform.aws=1", "platform.aws.ami-id=ami-1", "platform.aws.instance-type=m5.large",
                "platform.aws.placement.availability-zone=eu-west-1b", "unique.platform.aws.instance-id=i-77",
            ],
            await FoundAsync(cloud));
    }

    [Fact]
    public async Task Googles_machine_is_told_whole()
    {
        await using var cloud = await CloudAsync(request => request.Path == "/computeMetadata/v1/instance/" && request.Headers["Metadata-Flavor"] == "Google"
            ? """{"machineType":"projects/1/machineTypes/n1-standard-1","zone":"projects/1/zones/us-central1-f","hostname":"h.internal","id":12345,"tags":["web"],"attributes":{"rack":"r1"}}"""
            : null);

        Assert.Equal(
            [
                "platform.gce=1", "platform.gce.attr.rack=r1", "platform.gce.machine-type=n1-standard-1", "platform.gce.tag.web=true",
                "platform.gce.zone=us-central1-f", "unique.platform.gce.hostname=h.internal", "unique.platform.gce.id=12345",
            ],
            await FoundAsync(cloud));
    }

    [Fact]
    public async Task Azures_machine_is_told_whole()
    {
        await using var cloud = await CloudAsync(request => request.Path == "/metadata/instance/compute" && request.Headers["Metadata"] == "true"
            ? """{"location":"westeurope","vmSize":"Standard_D2","name":"vm1","vmId":"77","tags":"rack:r1;plain"}"""
            : null);

        Assert.Equal(
            ["platform.azure=1", "platform.azure.location=westeurope", "platform.azure.tag.rack=r1", "platform.azure.vm-size=Standard_D2", "unique.platform.azure.id=77", "unique.platform.azure.name=vm1"],
            await FoundAsync(cloud));
    }

    [Fact]
    public async Task DigitalOceans_machine_is_told_by_its_metadata()
    {
        await using var cloud = await CloudAsync(request => request.Path.Value switch
        {
            "/metadata/v1/id" => "42",
            "/metadata/v1/region" => "fra1",
            _ => null,
        });

        Assert.Equal(["platform.digitalocean=1", "platform.digitalocean.region=fra1", "unique.platform.digitalocean.id=42"], await FoundAsync(cloud));
    }

    [Fact]
    public async Task Where_nobody_answers_or_somebody_else_does_there_is_no_cloud()
    {
        await using var other = await CloudAsync(_ => "<html>hello</html>", HttpStatusCode.NotFound);
        Assert.Empty(await FoundAsync(other));

        using var nobody = new CloudFingerprint("http://127.0.0.1:1", CloudFingerprint.Soon);
        Assert.Empty(await nobody.TakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_node_has_what_its_cloud_told()
    {
        await using var cloud = await CloudAsync(request => request.Path == "/metadata/v1/id" ? "42" : null);
        await using var client = await TestClient.StartAsync(o => o with { CloudMetadata = Address(cloud) });

        await TestClient.Until(() => client.Server.Registered.Any(n => n.Attributes.GetValueOrDefault("platform.digitalocean") == "1"), "the node with its cloud");
    }

    private static async Task<IEnumerable<string>> FoundAsync(WebApplication cloud)
    {
        using var fingerprint = new CloudFingerprint(Address(cloud), TimeSpan.FromSeconds(20));
        return (await fingerprint.TakeAsync(CancellationToken.None)).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}");
    }

    private static string Address(WebApplication cloud) => cloud.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static async Task<WebApplication> CloudAsync(Func<HttpRequest, string?> answer, HttpStatusCode otherwise = HttpStatusCode.OK)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            var text = answer(context.Request);
            context.Response.StatusCode = text is null ? 404 : (int)otherwise;
            await context.Response.WriteAsync(text ?? "");
        });
        await app.StartAsync();
        return app;
    }
}
