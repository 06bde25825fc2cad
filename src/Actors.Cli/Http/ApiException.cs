using System.Net;

namespace Actors.Cli.Http;

/// <summary>The agent answered with an error.</summary>
internal sealed class ApiException(HttpStatusCode status, string body) : Exception($"Unexpected response code: {(int)status} ({body})")
{
    /// <summary>HTTP's code for it.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>What the agent said.</summary>
    public string Body { get; } = body;
}
