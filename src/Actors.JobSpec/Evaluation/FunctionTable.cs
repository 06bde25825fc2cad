using System.Collections.Frozen;
using Actors.JobSpec.Evaluation.Library;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

/// <summary>All functions by name. try, can and convert are the evaluator's own: they take expressions, not values.</summary>
internal static class FunctionTable
{
    public static FrozenDictionary<string, Function> All { get; } = new[]
    {
        StringFunctions.All, CollectionFunctions.All, SetFunctions.All, NumberFunctions.All, EncodingFunctions.All,
        CryptoFunctions.All, TimeFunctions.All, NetworkFunctions.All, FileFunctions.All, FormatFunctions.All, YamlFunctions.All,
    }.SelectMany(group => group).ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys, "try", "can", "convert"];

    public static Parameter Text(string name) => new(name, HclType.String);

    public static Parameter Number(string name) => new(name, HclType.Number);

    public static Parameter Any(string name) => new(name, HclType.Any);

    public static Parameter Nullable(string name) => new(name, HclType.Any, AllowNull: true);
}
