using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Cli.Tests.Commands;

/// <summary>Answers like an agent, from answers written down; and keeps what it was asked.</summary>
internal sealed class RecordedAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];

    private RecordedAgent(WebApplication app) => _app = app;

    public List<string> Asked { get; } = [];

    public List<string> Bodies { get; } = [];

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<RecordedAgent> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var agent = new RecordedAgent(app);
        app.Run(agent.AnswerAsync);
        await app.StartAsync();
        return agent;
    }

    /// <summary>What a path answers, whatever its parameters.</summary>
    public RecordedAgent Answers(string path, string json, int status = 200)
    {
        _answers[path] = (status, json);
        return this;
    }

    public Task<PbmRun> PbmAsync(params string[] args) => PbmRun.InProcessAsync(args, environment: new Dictionary<string, string> { ["NOMAD_ADDR"] = Address });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        lock (Asked)
        {
            Asked.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            if (body.Length > 0)
                Bodies.Add(body);
        }

        var (status, json) = _answers.GetValueOrDefault(context.Request.Path.Value!, (404, "not recorded"));
        context.Response.StatusCode = status;
        context.Response.Headers["X-Nomad-Index"] = "7";
        await context.Response.WriteAsync(json);
    }
}
