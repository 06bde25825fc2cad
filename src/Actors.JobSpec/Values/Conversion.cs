namespace Actors.JobSpec.Values;

/// <summary>Conversions between types, as HCL defines them: a scalar to and from text, collections element by element.</summary>
internal static class Conversion
{
    /// <summary>
    /// The value as <paramref name="type"/>; null and the reason in <paramref name="problem"/> where there is no such
    /// conversion. Null stays null, unknown stays unknown.
    /// </summary>
    public static HclValue? Convert(HclValue value, HclType type, out string? problem)
    {
        problem = null;
        if (value.IsUnknown || type.Kind == HclTypeKind.Any) return value;
        if (value.IsNull) return HclValue.NullOf(type);
        if (type.IsPrimitive && value.Kind == type.Kind) return value;
        switch (type.Kind)
        {
            case HclTypeKind.String when value.Kind == HclTypeKind.Number: return HclValue.Of(value.Number.ToString());
            case HclTypeKind.String when value.Kind == HclTypeKind.Bool: return HclValue.Of(value.Bool ? "true" : "false");
            case HclTypeKind.Number when value.Kind == HclTypeKind.String:
                if (HclNumber.TryParse(value.Text, out var number)) return HclValue.Of(number);
                problem = $"a number is needed, and {Quote(value.Text)} is none";
                return null;
            case HclTypeKind.Bool when value.Kind == HclTypeKind.String:
                if (value.Text is "true" or "1") return HclValue.True;
                if (value.Text is "false" or "0") return HclValue.False;
                problem = $"true or false is needed, found {Quote(value.Text)}";
                return null;
            case HclTypeKind.List or HclTypeKind.Set when value.IsSequence: return Elements(value, type, out problem);
            case HclTypeKind.Map when value.IsMapping: return MapEntries(value, type, out problem);
            case HclTypeKind.Tuple when value.IsSequence && value.Count == type.Elements.Count:
                var items = new HclValue[value.Count];
                for (var i = 0; i < items.Length; i++)
                {
                    if (Convert(value.Items[i], type.Elements[i], out problem) is not { } item)
                    {
                        problem = $"element {i}: {problem}";
                        return null;
                    }

                    items[i] = item;
                }

                return HclValue.Tuple(items);
            case HclTypeKind.Object when value.IsMapping: return ObjectAttributes(value, type, out problem);
        }

        problem = $"{type.Describe()} is needed, found {value.Type.Describe()}";
        return null;
    }

    /// <summary>The one type all values convert to, and the values as that type; null when there is none.</summary>
    public static (HclType Type, IReadOnlyList<HclValue> Values)? Unify(IReadOnlyList<HclValue> values)
    {
        if (HclType.Unify(values.Select(value => value.Type)) is not { } type) return null;
        var converted = new HclValue[values.Count];
        for (var i = 0; i < converted.Length; i++)
        {
            if (Convert(values[i], type, out _) is not { } value) return null;
            converted[i] = value;
        }

        return (type, converted);
    }

    public static string Quote(string text) => text.Length <= 40 ? $"\"{text}\"" : $"\"{text[..40]}…\"";

    private static HclValue? Elements(HclValue value, HclType type, out string? problem)
    {
        problem = null;
        if (value.Kind == type.Kind && value.Type.Equals(type)) return value;
        var element = type.Element;
        if (element.Kind == HclTypeKind.Any && value.Count > 0)
        {
            element = HclType.Unify(value.Items.Select(item => item.Type))!;
            if (element is null)
            {
                problem = "all elements must have the same type";
                return null;
            }
        }

        var items = new HclValue[value.Count];
        for (var i = 0; i < items.Length; i++)
        {
            if (Convert(value.Items[i], element, out problem) is not { } item)
            {
                problem = $"element {i}: {problem}";
                return null;
            }

            items[i] = item;
        }

        return type.Kind == HclTypeKind.List ? HclValue.List(element, items) : HclValue.Set(element, items);
    }

    private static HclValue? MapEntries(HclValue value, HclType type, out string? problem)
    {
        problem = null;
        if (value.Kind == type.Kind && value.Type.Equals(type)) return value;
        var element = type.Element;
        if (element.Kind == HclTypeKind.Any && value.Count > 0)
        {
            element = HclType.Unify(value.Entries.Values.Select(entry => entry.Type))!;
            if (element is null)
            {
                problem = "all values must have the same type";
                return null;
            }
        }

        var entries = new List<KeyValuePair<string, HclValue>>(value.Count);
        foreach (var (key, entry) in value.Entries)
        {
            if (Convert(entry, element, out problem) is not { } converted)
            {
                problem = $"key {Quote(key)}: {problem}";
                return null;
            }

            entries.Add(KeyValuePair.Create(key, converted));
        }

        return HclValue.Map(element, entries);
    }

    private static HclValue? ObjectAttributes(HclValue value, HclType type, out string? problem)
    {
        problem = null;
        var entries = new List<KeyValuePair<string, HclValue>>(type.Attributes.Count);
        foreach (var (name, attribute) in type.Attributes)
        {
            if (!value.Entries.TryGetValue(name, out var entry))
            {
                if (!type.Optional.Contains(name))
                {
                    problem = $"the attribute {Quote(name)} is required";
                    return null;
                }

                entry = HclValue.NullOf(attribute);
            }

            if (Convert(entry, attribute, out problem) is not { } converted)
            {
                problem = $"attribute {Quote(name)}: {problem}";
                return null;
            }

            entries.Add(KeyValuePair.Create(name, converted));
        }

        return HclValue.Object(entries);
    }
}
