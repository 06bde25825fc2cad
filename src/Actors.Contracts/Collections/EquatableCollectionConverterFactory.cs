using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Jobs;
using Actors.Contracts.Serialization;

namespace Actors.Contracts.Collections;

/// <summary>Chooses the converter of an <see cref="EquatableList{T}"/> or <see cref="EquatableMap{TValue}"/>, once per element type.</summary>
public sealed class EquatableCollectionConverterFactory : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType
        && (typeToConvert.GetGenericTypeDefinition() == typeof(EquatableList<>)
            || typeToConvert.GetGenericTypeDefinition() == typeof(EquatableMap<>));

    /// <inheritdoc />
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(EquatableListConverter<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(EquatableMapConverter<>))]
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var converter = typeToConvert.GetGenericTypeDefinition() == typeof(EquatableList<>)
            ? typeof(EquatableListConverter<>)
            : typeof(EquatableMapConverter<>);
        return (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }
}

/// <summary>Finds how an element is read and written.</summary>
internal static class JsonElements
{
    /// <summary>
    /// What the caller's options know of <typeparamref name="T"/>, else what the job's own context knows, else the log's: so a job
    /// and a node are read and written the same inside any other serializer context.
    /// </summary>
    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)(
        options.TryGetTypeInfo(typeof(T), out var known) || JobJson.Default.Options.TryGetTypeInfo(typeof(T), out known)
            ? known
            : ContractsJson.Default.Options.GetTypeInfo(typeof(T)));
}
