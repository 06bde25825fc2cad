namespace Actors.Api.Http;

/// <summary>A request that ends with a status other than 200 and a plain text, as Nomad's do.</summary>
/// <param name="status">HTTP's code.</param>
/// <param name="message">For people: what was found, what was expected.</param>
/// <param name="inner">What led to it.</param>
internal sealed class ApiException(int status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP's code.</summary>
    public int Status { get; } = status;

    public static ApiException BadRequest(string message) => new(400, message);

    public static ApiException NotFound(string message) => new(404, message);
}
