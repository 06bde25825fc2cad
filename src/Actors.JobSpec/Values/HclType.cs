using Actors.Contracts.Collections;

namespace Actors.JobSpec.Values;

internal enum HclTypeKind : byte
{
    /// <summary>Any type: of null without type, of what is unknown, of an element that nobody constrained.</summary>
    Any,
    Bool,
    Number,
    String,
    List,
    Set,
    Map,
    Tuple,
    Object,
}

/// <summary>A type of HCL's. Lists, sets and maps hold elements of one type; tuples and objects of several.</summary>
internal sealed class HclType : IEquatable<HclType>
{
    private HclType(HclTypeKind kind, HclType? element = null, EquatableList<HclType>? elements = null, EquatableMap<HclType>? attributes = null, EquatableList<string>? optional = null)
    {
        Kind = kind;
        Element = element ?? this;
        Elements = elements ?? EquatableList<HclType>.Empty;
        Attributes = attributes ?? EquatableMap<HclType>.Empty;
        Optional = optional ?? EquatableList<string>.Empty;
    }

    public static HclType Any { get; } = new(HclTypeKind.Any);

    public static HclType Bool { get; } = new(HclTypeKind.Bool);

    public static HclType Number { get; } = new(HclTypeKind.Number);

    public static HclType String { get; } = new(HclTypeKind.String);

    public static HclType ListOfString { get; } = List(String);

    public static HclType MapOfString { get; } = Map(String);

    public HclTypeKind Kind { get; }

    /// <summary>Of a list, set or map; the type itself for others.</summary>
    public HclType Element { get; }

    /// <summary>Of a tuple.</summary>
    public EquatableList<HclType> Elements { get; }

    /// <summary>Of an object.</summary>
    public EquatableMap<HclType> Attributes { get; }

    /// <summary>Attributes an object may lack (they are null then).</summary>
    public EquatableList<string> Optional { get; }

    public bool IsPrimitive => Kind is HclTypeKind.Bool or HclTypeKind.Number or HclTypeKind.String;

    public bool IsSequence => Kind is HclTypeKind.List or HclTypeKind.Set or HclTypeKind.Tuple;

    public bool IsMapping => Kind is HclTypeKind.Map or HclTypeKind.Object;

    public static HclType List(HclType element) => new(HclTypeKind.List, element);

    public static HclType Set(HclType element) => new(HclTypeKind.Set, element);

    public static HclType Map(HclType element) => new(HclTypeKind.Map, element);

    public static HclType Tuple(IEnumerable<HclType> elements) => new(HclTypeKind.Tuple, elements: elements.ToEquatableList());

    public static HclType Object(IEnumerable<KeyValuePair<string, HclType>> attributes, IEnumerable<string>? optional = null) =>
        new(HclTypeKind.Object, attributes: attributes.ToEquatableMap(), optional: optional?.ToEquatableList());

    /// <summary>The one type that values of all these convert to, or null.</summary>
    public static HclType? Unify(IEnumerable<HclType> types)
    {
        HclType? unified = null;
        foreach (var type in types)
        {
            unified = unified is null ? type : Unify(unified, type);
            if (unified is null) return null;
        }

        return unified ?? Any;
    }

    private static HclType? Unify(HclType left, HclType right)
    {
        if (left.Equals(right)) return left;
        if (left.Kind == HclTypeKind.Any) return right;
        if (right.Kind == HclTypeKind.Any) return left;
        if (left.IsPrimitive && right.IsPrimitive)
            return left.Kind == HclTypeKind.String || right.Kind == HclTypeKind.String ? String : null;
        if (left.IsSequence && right.IsSequence)
        {
            if (left.Kind == HclTypeKind.Tuple && right.Kind == HclTypeKind.Tuple && left.Elements.Count == right.Elements.Count)
            {
                var elements = new List<HclType>();
                for (var i = 0; i < left.Elements.Count; i++)
                {
                    if (Unify(left.Elements[i], right.Elements[i]) is not { } element) return null;
                    elements.Add(element);
                }

                return Tuple(elements);
            }

            var both = Unify(ElementsOf(left).Concat(ElementsOf(right)));
            if (both is null) return null;
            return left.Kind == HclTypeKind.Set && right.Kind == HclTypeKind.Set ? Set(both) : List(both);
        }

        if (left.IsMapping && right.IsMapping)
        {
            if (left.Kind == HclTypeKind.Object && right.Kind == HclTypeKind.Object
                && left.Attributes.Keys.SequenceEqual(right.Attributes.Keys))
            {
                var attributes = new List<KeyValuePair<string, HclType>>();
                foreach (var (name, type) in left.Attributes)
                {
                    if (Unify(type, right.Attributes[name]) is not { } unified) return null;
                    attributes.Add(KeyValuePair.Create(name, unified));
                }

                return Object(attributes);
            }

            var element = Unify(ElementsOf(left).Concat(ElementsOf(right)));
            return element is null ? null : Map(element);
        }

        return null;
    }

    private static IEnumerable<HclType> ElementsOf(HclType type) => type.Kind switch
    {
        HclTypeKind.Tuple => type.Elements,
        HclTypeKind.Object => type.Attributes.Values,
        _ => [type.Element],
    };

    public bool Equals(HclType? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Kind == other.Kind && Kind switch
        {
            HclTypeKind.List or HclTypeKind.Set or HclTypeKind.Map => Element.Equals(other.Element),
            HclTypeKind.Tuple => Elements.Equals(other.Elements),
            HclTypeKind.Object => Attributes.Equals(other.Attributes),
            _ => true,
        });

    public override bool Equals(object? obj) => Equals(obj as HclType);

    public override int GetHashCode() => HashCode.Combine(Kind, Elements, Attributes, IsPrimitive || ReferenceEquals(Element, this) ? 0 : Element.GetHashCode());

    /// <summary>As a type expression has it.</summary>
    public override string ToString() => Kind switch
    {
        HclTypeKind.Any => "any",
        HclTypeKind.Bool => "bool",
        HclTypeKind.Number => "number",
        HclTypeKind.String => "string",
        HclTypeKind.List => $"list({Element})",
        HclTypeKind.Set => $"set({Element})",
        HclTypeKind.Map => $"map({Element})",
        HclTypeKind.Tuple => $"tuple([{string.Join(", ", Elements)}])",
        _ => $"object({{{string.Join(", ", Attributes.Select(pair => $"{pair.Key} = {(Optional.Contains(pair.Key) ? $"optional({pair.Value})" : pair.Value)}"))}}})",
    };

    /// <summary>For messages: "a list of string", "an object", "a number".</summary>
    public string Describe() => Kind switch
    {
        HclTypeKind.Any => "any value",
        HclTypeKind.Bool => "a bool",
        HclTypeKind.Number => "a number",
        HclTypeKind.String => "a string",
        HclTypeKind.List when Element.IsPrimitive => $"a list of {Element}",
        HclTypeKind.List => "a list",
        HclTypeKind.Set when Element.IsPrimitive => $"a set of {Element}",
        HclTypeKind.Set => "a set",
        HclTypeKind.Map when Element.IsPrimitive => $"a map of {Element}",
        HclTypeKind.Map => "a map",
        HclTypeKind.Tuple => "a list",
        _ => "an object",
    };
}
