using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Actors.Api.Hosting;

/// <summary>Completes the API's description (OpenAPI) with what all its operations share.</summary>
internal static class ApiDescription
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
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Parameters ??= [];
            var reads = context.Description.HttpMethod == "GET";
            foreach (var (name, type, description) in reads ? [.. Common, .. Reading] : Common)
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = type } });
            return Task.CompletedTask;
        });
    }
}
