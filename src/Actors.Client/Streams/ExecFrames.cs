using System.Text.Json.Serialization;

namespace Actors.Client.Streams;

/// <summary>What a caller sends to a command, as Nomad has it: one of the members, or none as a sign of life.</summary>
internal sealed record ExecInputFrame
{
    /// <summary>Bytes for the command's input, or its end.</summary>
    [JsonPropertyName("stdin")]
    public ExecInputData? Stdin { get; init; }

    /// <summary>The size of the caller's terminal.</summary>
    [JsonPropertyName("tty_size")]
    public ExecTerminalSize? TtySize { get; init; }
}

/// <summary>Input of a command.</summary>
internal sealed record ExecInputData
{
    /// <summary>The bytes; in JSON, base64.</summary>
    [JsonPropertyName("data")]
    public byte[]? Data { get; init; }

    /// <summary>Nothing more comes.</summary>
    [JsonPropertyName("close")]
    public bool Close { get; init; }
}

/// <summary>The size of a terminal, in characters.</summary>
internal sealed record ExecTerminalSize
{
    /// <summary>Lines.</summary>
    [JsonPropertyName("height")]
    public int Height { get; init; }

    /// <summary>Columns.</summary>
    [JsonPropertyName("width")]
    public int Width { get; init; }
}

/// <summary>The JSON of a command's input, made at compile time.</summary>
[JsonSerializable(typeof(ExecInputFrame))]
internal sealed partial class ExecJson : JsonSerializerContext;
