using System.Text.RegularExpressions;
using Actors.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Actors.Api.Hosting;

/// <summary>Completes the API's description (OpenAPI) with what all its operations share.</summary>
internal static partial class ApiDescription
{
    private static readonly (string Name, JsonSchemaType Type, string Description)[] Common =
    [
        ("region", JsonSchemaType.String, "The region; this agent's own unless given."),
        ("namespace", JsonSchemaType.String, "The namespace, or * for all in lists; default unless given."),
        ("pretty", JsonSchemaType.Boolean, "Indented JSON."),
    ];

    private static readonly (string Name, JsonSchemaType Type, string Description)[] Reading =
    [
        ("index", JsonSchemaType.Integer, "Answer once there is a change after this index (X-Nomad-Index of the last answer)."),
        ("wait", JsonSchemaType.String, "How long to wait for it, such as 60s; 300s at most."),
        ("stale", JsonSchemaType.Boolean, "Any server's view will do."),
        ("prefix", JsonSchemaType.String, "Only what begins with this id (lists)."),
        ("filter", JsonSchemaType.String, "Only what fits this expression (lists)."),
        ("per_page", JsonSchemaType.Integer, "How many items at most (lists)."),
        ("next_token", JsonSchemaType.String, "Where the page begins: X-Nomad-NextToken of the page before (lists)."),
        ("reverse", JsonSchemaType.Boolean, "The last first (lists)."),
    ];

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Actors", Version = "v1", Description = "The HTTP API of Actors: Nomad's /v1." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            operation.Parameters ??= [];
            foreach (Match name in PathParameter().Matches(context.Description.RelativePath ?? ""))
                operation.Parameters.Add(new OpenApiParameter { Name = name.Groups[1].Value, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<BodyMetadata>().FirstOrDefault() is { } body)
            {
                var schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } } };
            }

            var reads = context.Description.HttpMethod == "GET";
            foreach (var (name, type, description) in reads ? [.. Common, .. Reading] : Common)
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = type } });
        });
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();
}
