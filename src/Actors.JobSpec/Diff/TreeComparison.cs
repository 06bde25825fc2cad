using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.JobSpec.Diff;

/// <summary>Compares the JSON of two blocks and names the differences as Nomad does.</summary>
internal sealed class TreeComparison(bool contextual)
{
    /// <summary>Lists of blocks: the name of one, and the members that tell which of the two lists belong together.</summary>
    private static readonly Dictionary<string, (string Name, string[] Key)> Lists = new(StringComparer.Ordinal)
    {
        ["Constraints"] = ("Constraint", []),
        ["Affinities"] = ("Affinity", []),
        ["Spreads"] = ("Spread", ["Attribute"]),
        ["SpreadTarget"] = ("SpreadTarget", ["Value"]),
        ["Networks"] = ("Network", ["Mode"]),
        ["ReservedPorts"] = ("Static Port", ["Label"]),
        ["DynamicPorts"] = ("Dynamic Port", ["Label"]),
        ["Services"] = ("Service", ["Name", "PortLabel"]),
        ["Checks"] = ("Check", ["Name"]),
        ["Artifacts"] = ("Artifact", ["GetterSource", "RelativeDest"]),
        ["Templates"] = ("Template", ["DestPath"]),
        ["VolumeMounts"] = ("VolumeMount", ["Destination"]),
        ["Devices"] = ("Device", ["Name"]),
        ["Identities"] = ("Identity", ["Name"]),
        ["Actions"] = ("Action", ["Name"]),
        ["Secrets"] = ("Secret", ["Name"]),
        ["Links"] = ("Link", ["Label"]),
        ["Regions"] = ("Region", ["Name"]),
        ["Upstreams"] = ("ConsulUpstreams", ["DestinationName"]),
        ["Paths"] = ("Path", ["Path"]),
        ["Listeners"] = ("Listener", ["Port"]),
        ["ScalingPolicies"] = ("Scaling", ["Type"]),
    };

    /// <summary>Maps whose entries are shown as fields of the block they stand in.</summary>
    private static readonly HashSet<string> FlatMaps = new(["Meta", "Env", "CanaryMeta", "TaggedAddresses", "GetterOptions", "GetterHeaders", "Header"], StringComparer.Ordinal);

    /// <summary>Maps that are blocks of their own, of whatever depth.</summary>
    private static readonly HashSet<string> FreeMaps = new(["Config", "Policy", "Target", "Args"], StringComparer.Ordinal);

    public bool Contextual { get; } = contextual;

    public static bool IsChange(FieldDiff field) => field.Type != DiffTypes.None;

    /// <summary>Differences of the members of two blocks, except those named.</summary>
    public (List<FieldDiff> Fields, List<ObjectDiff> Objects) Members(JsonObject? before, JsonObject? after, HashSet<string> except)
    {
        var fields = new List<FieldDiff>();
        var objects = new List<ObjectDiff>();
        foreach (var (name, old, @new) in Pairs(before, after))
        {
            if (except.Contains(name)) continue;
            if (FlatMaps.Contains(name)) Flat(name, old, @new, fields);
            else if (FreeMaps.Contains(name)) AddObject(Free(name, old, @new), objects);
            else if (name == "Volumes") objects.AddRange(Entries("Volume", old as JsonObject, @new as JsonObject));
            else if (old is JsonArray || @new is JsonArray) List(name, old as JsonArray, @new as JsonArray, objects);
            else if (old is JsonObject || @new is JsonObject) AddObject(Block(name, old as JsonObject, @new as JsonObject), objects);
            else AddField(name, Scalar(old), Scalar(@new), fields);
        }

        fields.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        objects.Sort(Order);
        return (fields, objects);
    }

    private static int Order(ObjectDiff left, ObjectDiff right)
    {
        var byName = string.CompareOrdinal(left.Name, right.Name);
        return byName != 0 ? byName : string.CompareOrdinal(left.Type, right.Type);
    }

    private static IEnumerable<(string Name, JsonNode? Old, JsonNode? New)> Pairs(JsonObject? before, JsonObject? after)
    {
        foreach (var (name, old) in before ?? []) yield return (name, old, after?[name]);
        foreach (var (name, added) in after ?? [])
        {
            if (before is null || !before.ContainsKey(name)) yield return (name, null, added);
        }
    }

    private ObjectDiff? Block(string name, JsonObject? before, JsonObject? after)
    {
        var (fields, objects) = Members(before, after, []);
        if (before is not null && after is not null && !fields.Any(IsChange) && objects.Count == 0) return null;
        return new ObjectDiff
        {
            Type = before is null ? DiffTypes.Added : after is null ? DiffTypes.Deleted : DiffTypes.Edited,
            Name = name,
            Fields = fields,
            Objects = objects,
        };
    }

    private IEnumerable<ObjectDiff> Entries(string name, JsonObject? before, JsonObject? after)
    {
        foreach (var (_, old, added) in Pairs(before, after))
        {
            if (Block(name, old as JsonObject, added as JsonObject) is { } diff) yield return diff;
        }
    }

    private void List(string name, JsonArray? before, JsonArray? after, List<ObjectDiff> objects)
    {
        if ((before ?? after)!.FirstOrDefault() is not JsonObject && (after ?? before)!.FirstOrDefault() is not JsonObject)
        {
            AddObject(Texts(name, before, after), objects);
            return;
        }

        var (single, key) = Lists.TryGetValue(name, out var known) ? known : (name, []);
        var rest = (after ?? []).OfType<JsonObject>().ToList();
        foreach (var old in (before ?? []).OfType<JsonObject>())
        {
            var same = rest.FindIndex(candidate => JsonNode.DeepEquals(candidate, old));
            if (same < 0 && key.Length > 0) same = rest.FindIndex(candidate => key.All(member => Scalar(candidate[member]) == Scalar(old[member])));
            var match = same < 0 ? null : rest[same];
            if (same >= 0) rest.RemoveAt(same);
            AddObject(Block(single, old, match), objects);
        }

        foreach (var added in rest) AddObject(Block(single, null, added), objects);
    }

    /// <summary>A list of scalars as a set: what came and what went.</summary>
    private ObjectDiff? Texts(string name, JsonArray? before, JsonArray? after)
    {
        var old = (before ?? []).Select(Scalar).ToList();
        var @new = (after ?? []).Select(Scalar).ToList();
        var fields = new List<FieldDiff>();
        foreach (var text in @new.Except(old)) fields.Add(new FieldDiff { Type = DiffTypes.Added, Name = name, New = text });
        foreach (var text in old.Except(@new)) fields.Add(new FieldDiff { Type = DiffTypes.Deleted, Name = name, Old = text });
        if (fields.Count == 0 && !old.SequenceEqual(@new))
        {
            // The same texts in another order: arguments mean something else then.
            for (var i = 0; i < Math.Max(old.Count, @new.Count); i++)
                AddField($"{name}[{i}]", i < old.Count ? old[i] : "", i < @new.Count ? @new[i] : "", fields);
        }

        if (!fields.Any(IsChange)) return null;
        if (Contextual) fields.AddRange(old.Intersect(@new).Select(text => new FieldDiff { Type = DiffTypes.None, Name = name, Old = text, New = text }));
        fields.Sort((left, right) => string.CompareOrdinal(left.Name + left.New + left.Old, right.Name + right.New + right.Old));
        return new ObjectDiff { Type = old.Count == 0 ? DiffTypes.Added : @new.Count == 0 ? DiffTypes.Deleted : DiffTypes.Edited, Name = name, Fields = fields };
    }

    /// <summary>Free-form configuration: leaves by their path, such as <c>args[0]</c> and <c>port_map[0][db]</c>.</summary>
    private ObjectDiff? Free(string name, JsonNode? before, JsonNode? after)
    {
        var old = new Dictionary<string, string>(StringComparer.Ordinal);
        var @new = new Dictionary<string, string>(StringComparer.Ordinal);
        Leaves("", before, old);
        Leaves("", after, @new);
        var fields = new List<FieldDiff>();
        foreach (var path in old.Keys.Union(@new.Keys)) AddField(path, old.GetValueOrDefault(path, ""), @new.GetValueOrDefault(path, ""), fields);
        if (!fields.Any(IsChange)) return null;
        fields.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new ObjectDiff { Type = old.Count == 0 ? DiffTypes.Added : @new.Count == 0 ? DiffTypes.Deleted : DiffTypes.Edited, Name = name, Fields = fields };
    }

    private void Flat(string name, JsonNode? before, JsonNode? after, List<FieldDiff> fields)
    {
        var old = new Dictionary<string, string>(StringComparer.Ordinal);
        var @new = new Dictionary<string, string>(StringComparer.Ordinal);
        Leaves("", before, old);
        Leaves("", after, @new);
        foreach (var path in old.Keys.Union(@new.Keys))
            AddField($"{name}[{path}]", old.GetValueOrDefault(path, ""), @new.GetValueOrDefault(path, ""), fields);
    }

    private static void Leaves(string path, JsonNode? node, Dictionary<string, string> leaves)
    {
        switch (node)
        {
            case JsonObject item:
                foreach (var (name, value) in item) Leaves(path.Length == 0 ? name : $"{path}[{name}]", value, leaves);
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++) Leaves($"{path}[{i}]", array[i], leaves);
                break;
            case not null:
                leaves[path] = Scalar(node);
                break;
        }
    }

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(),
    };

    private void AddField(string name, string old, string @new, List<FieldDiff> fields)
    {
        if (old == @new)
        {
            if (Contextual && old.Length > 0) fields.Add(new FieldDiff { Type = DiffTypes.None, Name = name, Old = old, New = @new });
            return;
        }

        fields.Add(new FieldDiff
        {
            Type = old.Length == 0 ? DiffTypes.Added : @new.Length == 0 ? DiffTypes.Deleted : DiffTypes.Edited,
            Name = name,
            Old = old,
            New = @new,
        });
    }

    private static void AddObject(ObjectDiff? diff, List<ObjectDiff> objects)
    {
        if (diff is not null) objects.Add(diff);
    }
}
