using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec.Decoding;

/// <summary>What a block holds, asked for by name: the same for HCL's native and its JSON form, which differ in that JSON can't tell attributes from blocks.</summary>
internal interface IBody
{
    TextRange Range { get; }

    /// <summary>Every name used, in order, and whether it can only be a block.</summary>
    IEnumerable<(string Name, TextRange Range, bool IsBlock)> Names { get; }

    AttributeSyntax? Attribute(string name);

    /// <summary>Whether there is a block of the type, or what may be one.</summary>
    bool Holds(string type);

    /// <summary>The blocks of a type. In JSON the number of labels tells how deep the block is.</summary>
    BodyBlock[] Blocks(string type, int labels);
}

/// <summary>A block within a body.</summary>
internal readonly record struct BodyBlock(string Type, TextRange HeadRange, ExpressionSyntax[] Labels, IBody Body);

/// <summary>A body in HCL's native form.</summary>
internal sealed class NativeBody : IBody
{
    /// <summary>From this many names on they are indexed, so that a huge body costs no more per name than a small one.</summary>
    private const int IndexFrom = 24;

    private readonly BodySyntax _syntax;

    // One bit for each name there is: of the many names that are asked for, few are there.
    private readonly ulong _attributeBits;
    private readonly ulong _blockBits;
    private Dictionary<string, AttributeSyntax>? _attributes;
    private ILookup<string, BlockSyntax>? _blocks;

    public NativeBody(BodySyntax syntax)
    {
        _syntax = syntax;
        foreach (var attribute in syntax.Attributes) _attributeBits |= Bit(attribute.Name);
        foreach (var block in syntax.Blocks) _blockBits |= Bit(block.Type);
    }

    public TextRange Range => _syntax.Range;

    public IEnumerable<(string Name, TextRange Range, bool IsBlock)> Names
    {
        get
        {
            foreach (var attribute in _syntax.Attributes) yield return (attribute.Name, attribute.NameRange, false);
            foreach (var block in _syntax.Blocks) yield return (block.Type, block.TypeRange, true);
        }
    }

    public AttributeSyntax? Attribute(string name)
    {
        if ((_attributeBits & Bit(name)) == 0) return null;
        if (_syntax.Attributes.Length > IndexFrom)
        {
            _attributes ??= _syntax.Attributes.ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);
            return _attributes.TryGetValue(name, out var found) ? found : null;
        }

        foreach (var attribute in _syntax.Attributes)
        {
            if (attribute.Name == name) return attribute;
        }

        return null;
    }

    public bool Holds(string type)
    {
        if ((_blockBits & Bit(type)) == 0) return false;
        if (_syntax.Blocks.Length > IndexFrom) return Index.Contains(type);
        foreach (var block in _syntax.Blocks)
        {
            if (block.Type == type) return true;
        }

        return false;
    }

    private static ulong Bit(string name) => name.Length == 0 ? 0 : 1UL << ((name[0] * 5 + name[^1] + name.Length) & 63);

    private ILookup<string, BlockSyntax> Index => _blocks ??= _syntax.Blocks.ToLookup(block => block.Type, StringComparer.Ordinal);

    public BodyBlock[] Blocks(string type, int labels)
    {
        if (!Holds(type)) return [];
        if (_syntax.Blocks.Length > IndexFrom) return [.. Index[type].Select(Block)];
        var count = 0;
        foreach (var block in _syntax.Blocks) count += block.Type == type ? 1 : 0;
        var found = new BodyBlock[count];
        var at = 0;
        foreach (var block in _syntax.Blocks)
        {
            if (block.Type == type) found[at++] = Block(block);
        }

        return found;
    }

    private static BodyBlock Block(BlockSyntax block) => new(block.Type, block.HeadRange, block.Labels, new NativeBody(block.Body));
}

/// <summary>A body in HCL's JSON form: strings are templates, blocks are objects or arrays of objects, labels their keys.</summary>
internal sealed class JsonBody(JsonObject syntax, DiagnosticBag diagnostics) : IBody
{
    private ILookup<string, JsonMember>? _members;

    private ILookup<string, JsonMember> Members => _members ??= syntax.Members.ToLookup(member => member.Name, StringComparer.Ordinal);

    public TextRange Range => syntax.Range;

    // "//" is a comment by the JSON form's rules.
    public IEnumerable<(string Name, TextRange Range, bool IsBlock)> Names =>
        syntax.Members.Where(member => member.Name != "//").Select(member => (member.Name, member.NameRange, false));

    public AttributeSyntax? Attribute(string name)
    {
        var member = Members[name].FirstOrDefault();
        return member is null || member.Value is JsonScalar { Value.IsNull: true } ? null : new AttributeSyntax(name, member.NameRange, Expression(member.Value));
    }

    public bool Holds(string type) => Members.Contains(type);

    public BodyBlock[] Blocks(string type, int labels) =>
        [.. Members[type].SelectMany(member => Unfold(type, member.NameRange, member.Value, labels, []))];

    private IEnumerable<BodyBlock> Unfold(string type, TextRange range, JsonSyntax value, int labels, ExpressionSyntax[] found)
    {
        switch (value)
        {
            case JsonArray array: return array.Items.SelectMany(item => Unfold(type, range, item, labels, found));
            case JsonObject item when labels == 0: return [new BodyBlock(type, range, found, new JsonBody(item, diagnostics))];
            case JsonObject item:
                return item.Members
                    .Where(member => member.Name != "//")
                    .SelectMany(member => Unfold(type, member.NameRange, member.Value, labels - 1, [.. found, Parser.ParseTemplate(diagnostics, member.Name, member.NameRange)]));
            case JsonScalar { Value.IsNull: true }: return [];
            default:
                diagnostics.Error(DiagnosticCodes.WrongAttributeType, value.Range, $"{type} is a block: an object, or an array of objects, is needed");
                return [];
        }
    }

    private ExpressionSyntax Expression(JsonSyntax value) => value switch
    {
        JsonScalar { Value: { Kind: Values.HclTypeKind.String } text } => Parser.ParseTemplate(diagnostics, text.Text, value.Range),
        JsonScalar scalar => new LiteralSyntax(value.Range, scalar.Value),
        JsonArray array => new TupleSyntax(value.Range, [.. array.Items.Select(Expression)]),
        JsonObject item => new ObjectSyntax(value.Range, [.. item.Members.Select(member => (Parser.ParseTemplate(diagnostics, member.Name, member.NameRange), Expression(member.Value)))]),
        _ => new ErrorSyntax(value.Range),
    };
}
