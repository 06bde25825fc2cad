using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Actors.Testing;

/// <summary>An agent's HTTP API, as any program sees it: JSON in, JSON out.</summary>
public sealed class AgentApi(string address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; } = address;

    /// <summary>The plain client, for what the other members don't do.</summary>
    public HttpClient Http => _http;

    /// <summary>Reads something.</summary>
    /// <exception cref="HttpRequestException">The status is not a success; the message has the body.</exception>
    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return await ReadAsync(response, path);
    }

    /// <summary>Changes something.</summary>
    /// <exception cref="HttpRequestException">The status is not a success; the message has the body.</exception>
    public async Task<JsonNode> PutAsync(string path, JsonNode body)
    {
        using var response = await _http.PutAsJsonAsync(path, body);
        return await ReadAsync(response, path);
    }

    /// <summary>Removes something.</summary>
    /// <exception cref="HttpRequestException">The status is not a success; the message has the body.</exception>
    public async Task<JsonNode> DeleteAsync(string path)
    {
        using var response = await _http.DeleteAsync(path);
        return await ReadAsync(response, path);
    }

    /// <summary>Waits until the agent answers, knows a leader, and (if asked) has some ready nodes.</summary>
    public Task ReadyAsync(int nodes = 0, TimeSpan? within = null) => Eventually.IsSoAsync(
        async () =>
        {
            var leader = (await GetAsync("/v1/status/leader")).GetValue<string>();
            return leader.Length > 0 && (nodes == 0 || (await GetAsync("/v1/nodes")).AsArray().Count(n => (string?)n!["Status"] == "ready") >= nodes);
        },
        $"{Address} is ready with {nodes} nodes",
        within ?? TimeSpan.FromSeconds(60));

    /// <summary>Turns a job file into a job.</summary>
    public Task<JsonNode> ParseAsync(string text) => PutAsync("/v1/jobs/parse", new JsonObject { ["JobHCL"] = text, ["Canonicalize"] = true });

    /// <summary>Registers a job file.</summary>
    public async Task<JsonNode> RunAsync(string text)
    {
        var job = await ParseAsync(text);
        return await PutAsync("/v1/jobs", new JsonObject { ["Job"] = job });
    }

    /// <summary>The allocations of a job, as the list shows them.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllocationsAsync(string job) => [.. (await GetAsync($"/v1/job/{job}/allocations")).AsArray().Select(a => a!)];

    /// <summary>Waits until so many allocations of a job run.</summary>
    public Task<IReadOnlyList<JsonNode>> RunningAsync(string job, int count, TimeSpan? within = null) => Eventually.BecomesAsync(
        async () => (IReadOnlyList<JsonNode>)[.. (await AllocationsAsync(job)).Where(a => (string?)a["ClientStatus"] == "running" && (string?)a["DesiredStatus"] == "run")],
        running => running.Count == count,
        $"{count} allocations of {job} run",
        within);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response, string path)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{path}: {(int)response.StatusCode} {text}", null, response.StatusCode);

        return JsonNode.Parse(text.Length == 0 ? "null" : text) ?? new JsonObject();
    }
}
