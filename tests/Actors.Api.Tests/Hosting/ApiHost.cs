using System.Net;
using System.Text;
using System.Text.Json;
using Actors.Api.Hosting;
using Actors.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Api.Tests.Hosting;

/// <summary>The API on a real web server on a free port, over a region in memory.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, InMemoryRegion region, ErrorLog errors)
    {
        _app = app;
        Region = region;
        Errors = errors;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public InMemoryRegion Region { get; }

    /// <summary>What the agent logged as an error.</summary>
    public ErrorLog Errors { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<ApiHost> StartAsync(Func<ApiOptions, ApiOptions>? change = null, Action<IServiceCollection>? services = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var time = new FixedTime();
        var region = new InMemoryRegion(time);
        var options = new ApiOptions { Name = "server-1", Version = "0.1.0" };
        var builder = WebApplication.CreateSlimBuilder();
        var errors = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(errors).SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, e => e.Protocols = protocols));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IRegion>(region);
        builder.Services.AddActorsApi(change?.Invoke(options) ?? options);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapActorsApi();
        await app.StartAsync();
        return new ApiHost(app, region, errors);
    }

    /// <summary>Reads JSON; the answer must be good.</summary>
    public async Task<JsonElement> GetJsonAsync(string path) => await ReadAsync(await Http.GetAsync(path), path);

    /// <summary>Sends JSON; the answer must be good.</summary>
    public async Task<JsonElement> PutJsonAsync(string path, string body) => await ReadAsync(await PutAsync(path, body), path);

    public Task<HttpResponseMessage> PutAsync(string path, string body) => Http.PutAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>Reads what must be refused: its status and text.</summary>
    public async Task<(HttpStatusCode Status, string Text)> GetRefusedAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        Assert.True(Errors.Lines.Count == 0, string.Join("\n", Errors.Lines));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends what must be refused: its status and text.</summary>
    public async Task<(HttpStatusCode Status, string Text)> PutRefusedAsync(string path, string body)
    {
        using var response = await PutAsync(path, body);
        Assert.True(Errors.Lines.Count == 0, string.Join("\n", Errors.Lines));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, string path)
    {
        using (response)
        {
            Assert.True(Errors.Lines.Count == 0, string.Join("\n", Errors.Lines));
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement;
        }
    }
}

/// <summary>The headers that Nomad's answers have.</summary>
internal static class NomadHeaders
{
    public static ulong Index(this HttpResponseMessage response) =>
        ulong.Parse(response.Headers.GetValues("X-Nomad-Index").Single(), System.Globalization.CultureInfo.InvariantCulture);

    public static string? NextToken(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Nomad-NextToken", out var values) ? values.Single() : null;
}

/// <summary>Keeps what is logged as an error: a test that provokes none must find none.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
