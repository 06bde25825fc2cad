using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class CollectionFunctions
{
    public static readonly Function[] All =
    [
        new("length", [Any("collection")], null, Length),
        new("keys", [Any("map")], null, call => HclValue.List(HclType.String, Mapping(call, 0).Entries.Keys.Select(HclValue.Of))),
        new("values", [Any("map")], null, call => Sequence(Mapping(call, 0).Entries.Values.ToList())),
        new("lookup", [Any("map"), Text("key")], Nullable("default"), Lookup),
        new("merge", [], Nullable("map"), Merge),
        new("zipmap", [new("keys", HclType.ListOfString), Any("values")], null, ZipMap),
        new("element", [Any("list"), Number("index")], null, Element),
        new("index", [Any("list"), Any("value")], null, Index),
        new("contains", [Any("list"), Nullable("value")], null, call => HclValue.Of(List(call, 0).Items.Any(item => Same(item, call[1])))),
        new("concat", [], Any("list"), Concat),
        new("flatten", [Any("list")], null, Flatten),
        new("distinct", [Any("list")], null, call => Like(call[0], List(call, 0).Items.Distinct())),
        new("compact", [new("list", HclType.ListOfString)], null, call => HclValue.List(HclType.String, call[0].Items.Where(item => item.IsPresent && item.Text.Length > 0))),
        new("chunklist", [Any("list"), Number("size")], null, ChunkList),
        new("slice", [Any("list"), Number("start"), Number("end")], null, Slice),
        new("sort", [new("list", HclType.ListOfString)], null, Sort),
        new("coalesce", [], Nullable("value"), Coalesce),
        new("coalescelist", [], Nullable("list"), CoalesceList),
        new("anytrue", [new("list", HclType.List(HclType.Bool))], null, call => HclValue.Of(call[0].Items.Any(item => item.IsPresent && item.Bool))),
        new("alltrue", [new("list", HclType.List(HclType.Bool))], null, call => HclValue.Of(call[0].Items.All(item => item.IsPresent && item.Bool))),
        new("one", [Any("list")], null, One),
    ];

    /// <summary>The argument, which must be a list, tuple or set.</summary>
    public static HclValue List(FunctionCall call, int argument)
    {
        var value = call[argument];
        return value.IsSequence ? value : throw new FunctionException($"a list is needed, found {value.Type.Describe()}", argument);
    }

    /// <summary>Values as a list if they have one type, else as a tuple.</summary>
    public static HclValue Sequence(IReadOnlyList<HclValue> values) =>
        Conversion.Unify(values) is { } unified ? HclValue.List(unified.Type, unified.Values) : HclValue.Tuple(values);

    private static HclValue Mapping(FunctionCall call, int argument)
    {
        var value = call[argument];
        return value.IsMapping ? value : throw new FunctionException($"a map or object is needed, found {value.Type.Describe()}", argument);
    }

    private static HclValue Like(HclValue original, IEnumerable<HclValue> items) =>
        original.Kind == HclTypeKind.Tuple ? HclValue.Tuple(items) : HclValue.List(original.Type.Element, items);

    private static bool Same(HclValue left, HclValue right)
    {
        if (left.Equals(right)) return true;
        return left.IsPresent && right.IsPresent && left.Kind != right.Kind
            && Conversion.Convert(right, left.Type, out _) is { } converted && left.Equals(converted);
    }

    private static HclValue Length(FunctionCall call)
    {
        var value = call[0];
        if (value.IsSequence || value.IsMapping) return HclValue.Of(value.Count);
        throw new FunctionException($"a list, set, map or object is needed, found {value.Type.Describe()}", 0, value.Kind == HclTypeKind.String ? "for the characters of a text use strlen" : null);
    }

    private static HclValue Lookup(FunctionCall call)
    {
        var map = Mapping(call, 0);
        if (map.Entries.TryGetValue(call.Text(1), out var value)) return value;
        return call.Arguments.Length > 2 ? call[2] : throw new FunctionException($"there is no key {Conversion.Quote(call.Text(1))}", 1, "give a default as third argument");
    }

    private static HclValue Merge(FunctionCall call)
    {
        var merged = new Dictionary<string, HclValue>(StringComparer.Ordinal);
        var maps = true;
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call[i].IsNull) continue;
            maps &= call[i].Kind == HclTypeKind.Map;
            foreach (var (key, value) in Mapping(call, i).Entries) merged[key] = value;
            call.Reserve(merged.Count);
        }

        if (maps && merged.Count > 0 && HclType.Unify(merged.Values.Select(value => value.Type)) is { IsPrimitive: true } element)
            return Conversion.Convert(HclValue.Object(merged), HclType.Map(element), out _)!;
        return HclValue.Object(merged);
    }

    private static HclValue ZipMap(FunctionCall call)
    {
        var (keys, values) = (call[0], List(call, 1));
        if (keys.Count != values.Count) throw new FunctionException($"there are {keys.Count} keys and {values.Count} values", 1);
        return HclValue.Object(keys.Items.Zip(values.Items, (key, value) =>
            KeyValuePair.Create(key.IsPresent ? key.Text : throw new FunctionException("a key is null", 0), value)));
    }

    private static HclValue Element(FunctionCall call)
    {
        var list = List(call, 0);
        if (list.Count == 0) throw new FunctionException("the list is empty", 0);
        var index = call.Integer(1) % list.Count;
        return list.Items[index < 0 ? index + list.Count : index];
    }

    /// <summary>Where in a list a value is, as Nomad's documentation says; of a map the value of a key, which is what Nomad itself does.</summary>
    private static HclValue Index(FunctionCall call)
    {
        if (call[0].IsMapping)
        {
            return Conversion.Convert(call[1], HclType.String, out _) is { IsPresent: true } key && call[0].Entries.TryGetValue(key.Text, out var value)
                ? value
                : throw new FunctionException("the map has no such key", 1);
        }

        var list = List(call, 0);
        for (var i = 0; i < list.Count; i++)
        {
            if (Same(list.Items[i], call[1])) return HclValue.Of(i);
        }

        throw new FunctionException("the list has no such element", 1);
    }

    private static HclValue Concat(FunctionCall call)
    {
        if (call.Arguments.Length == 0) throw new FunctionException("at least one list is needed");
        var items = new List<HclValue>();
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            items.AddRange(List(call, i).Items);
            call.Reserve(items.Count);
        }

        return call.Arguments.Any(value => value.Kind == HclTypeKind.Tuple) ? HclValue.Tuple(items) : Sequence(items);
    }

    private static HclValue Flatten(FunctionCall call)
    {
        var items = new List<HclValue>();
        void Add(HclValue value)
        {
            foreach (var item in value.Items)
            {
                if (item.IsPresent && item.IsSequence) Add(item);
                else items.Add(item);
                call.Reserve(items.Count);
            }
        }

        Add(List(call, 0));
        return HclValue.Tuple(items);
    }

    private static HclValue ChunkList(FunctionCall call)
    {
        var size = call.Integer(1);
        if (size < 0) throw new FunctionException("the size is 0 (one chunk) or more", 1);
        var items = List(call, 0).Items;
        return HclValue.Tuple(items.Chunk(size == 0 ? Math.Max(1, items.Count) : size).Select(chunk => Like(call[0], chunk)));
    }

    private static HclValue Slice(FunctionCall call)
    {
        var items = List(call, 0).Items;
        var (start, end) = (call.Integer(1), call.Integer(2));
        if (start < 0 || start > items.Count) throw new FunctionException($"the start is from 0 to {items.Count}", 1);
        if (end < start || end > items.Count) throw new FunctionException($"the end is from {start} to {items.Count}", 2);
        return Like(call[0], items.Skip(start).Take(end - start));
    }

    private static HclValue Sort(FunctionCall call)
    {
        if (call[0].Items.Any(item => item.IsNull)) throw new FunctionException("an element is null", 0);
        return HclValue.List(HclType.String, call[0].Items.OrderBy(item => item.Text, StringComparer.Ordinal));
    }

    private static HclValue Coalesce(FunctionCall call)
    {
        if (HclType.Unify(call.Arguments.Select(value => value.Type)) is not { } type) throw new FunctionException("all arguments must have one type");
        var first = call.Arguments.FirstOrDefault(value => value.IsPresent && !(value.Kind == HclTypeKind.String && value.Text.Length == 0))
            ?? throw new FunctionException("all arguments are null or empty");
        return Conversion.Convert(first, type, out var problem) ?? throw new FunctionException(problem!);
    }

    private static HclValue CoalesceList(FunctionCall call)
    {
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (!call[i].IsNull && List(call, i).Count > 0) return call[i];
        }

        throw new FunctionException("all lists are empty");
    }

    private static HclValue One(FunctionCall call)
    {
        var list = List(call, 0);
        return list.Count switch
        {
            0 => HclValue.Null,
            1 => list.Items[0],
            _ => throw new FunctionException($"a list of at most one element is needed, found {list.Count}", 0),
        };
    }
}
