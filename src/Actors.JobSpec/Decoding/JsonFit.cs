using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Decoding;

/// <summary>
/// Compares a job's JSON with what the job's records take, and names every value that does not fit. The serializer stops at
/// the first one and, within lists, loses its place.
/// </summary>
internal static class JsonFit
{
    public static void Check(JsonSyntax value, Type type, string path, DiagnosticBag diagnostics)
    {
        if (value is JsonScalar { Value.IsNull: true }) return;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ConfigValue)) return;
        if (Element(type, typeof(EquatableList<>)) is { } item)
        {
            if (value is JsonArray array)
            {
                for (var i = 0; i < array.Items.Count; i++) Check(array.Items[i], item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), diagnostics);
                return;
            }

            Misfit(value, "an array", path, diagnostics);
        }
        else if (Element(type, typeof(EquatableMap<>)) is { } entry)
        {
            if (value is JsonObject map)
            {
                foreach (var member in map.Members) Check(member.Value, entry, $"{path}[{member.Name}]", diagnostics);
                return;
            }

            Misfit(value, "an object", path, diagnostics);
        }
        else if (JobJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info)
        {
            if (value is JsonObject block)
            {
                foreach (var member in block.Members)
                {
                    var property = info.Properties.FirstOrDefault(property => string.Equals(property.Name, member.Name, StringComparison.OrdinalIgnoreCase));
                    if (property is not null) Check(member.Value, property.PropertyType, path.Length == 0 ? property.Name : $"{path}.{property.Name}", diagnostics);
                }

                return;
            }

            Misfit(value, "an object", path, diagnostics);
        }
        else
        {
            Scalar(value, type, path, diagnostics);
        }
    }

    private static Type? Element(Type type, Type collection) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == collection ? type.GetGenericArguments()[0] : null;

    private static void Scalar(JsonSyntax value, Type type, string path, DiagnosticBag diagnostics)
    {
        var found = (value as JsonScalar)?.Value;
        if (type == typeof(string))
        {
            if (found?.Kind != HclTypeKind.String) Misfit(value, "a string", path, diagnostics);
        }
        else if (type == typeof(bool))
        {
            if (found?.Kind != HclTypeKind.Bool) Misfit(value, "true or false", path, diagnostics);
        }
        else if (type == typeof(TimeSpan))
        {
            var fits = found is { Kind: HclTypeKind.Number } ? found.Number.TryToInt64(out _) : found is { Kind: HclTypeKind.String } && GoDuration.TryParse(found.Text, out _);
            if (!fits) Misfit(value, "a duration, in nanoseconds or as text such as \"30s\",", path, diagnostics);
        }
        else
        {
            var (least, most) = Range(type);
            if (found?.Kind != HclTypeKind.Number || !found.Number.IsInteger || found.Number < least || found.Number > most)
                Misfit(value, least.Sign == 0 ? $"a whole number from 0 to {most}" : $"a whole number from {least} to {most}", path, diagnostics);
        }
    }

    private static (HclNumber Least, HclNumber Most) Range(Type type) =>
        type == typeof(int) ? (int.MinValue, int.MaxValue)
        : type == typeof(uint) ? (0, uint.MaxValue)
        : type == typeof(ulong) ? (0, HclNumber.From(new System.Numerics.BigInteger(ulong.MaxValue)))
        : (long.MinValue, long.MaxValue);

    private static void Misfit(JsonSyntax value, string wanted, string path, DiagnosticBag diagnostics)
    {
        var found = value switch
        {
            JsonArray => "an array",
            JsonObject => "an object",
            JsonScalar scalar => scalar.Value.ToString(),
            _ => "something else",
        };
        diagnostics.Error(
            DiagnosticCodes.InvalidJobJson,
            value is JsonScalar ? value.Range : value.Range with { Length = 1 },
            $"{(path.Length == 0 ? "the job" : path)}: {wanted} is needed, found {(found.Length > 60 ? found[..60] + "…" : found)}",
            path: path);
    }
}
