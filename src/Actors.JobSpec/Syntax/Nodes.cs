using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Syntax;

/// <summary>Attributes and blocks in the order of the text.</summary>
internal sealed record BodySyntax(TextRange Range, AttributeSyntax[] Attributes, BlockSyntax[] Blocks);

/// <summary><c>name = value</c>. A struct: no other part of a file is as frequent.</summary>
internal readonly record struct AttributeSyntax(string Name, TextRange NameRange, ExpressionSyntax Value);

/// <summary><c>type "label" { … }</c>. Labels are expressions: a quoted label may hold a template.</summary>
internal sealed record BlockSyntax(string Type, TextRange TypeRange, ExpressionSyntax[] Labels, BodySyntax Body)
{
    /// <summary>Type and labels.</summary>
    public TextRange HeadRange => Labels.Length == 0 ? TypeRange : TextRange.Between(TypeRange.Start, Labels[^1].Range.End);
}

/// <summary>An expression. <see cref="Height"/> bounds the recursion of whoever walks it.</summary>
internal abstract record ExpressionSyntax(TextRange Range)
{
    /// <summary>Levels of expressions under this one.</summary>
    public int Height { get; protected init; } = 1;

    protected static int Above(params ReadOnlySpan<ExpressionSyntax?> parts)
    {
        var height = 0;
        foreach (var part in parts) height = Math.Max(height, part?.Height ?? 0);
        return height + 1;
    }
}

internal sealed record LiteralSyntax(TextRange Range, HclValue Value) : ExpressionSyntax(Range);

/// <summary>A string with interpolations and directives.</summary>
internal sealed record TemplateSyntax : ExpressionSyntax
{
    public TemplateSyntax(TextRange range, ExpressionSyntax[] parts)
        : base(range) => (Parts, Height) = (parts, Above(parts));

    public ExpressionSyntax[] Parts { get; }
}

/// <summary>A string that is one interpolation: the value keeps its type.</summary>
internal sealed record TemplateWrapSyntax : ExpressionSyntax
{
    public TemplateWrapSyntax(TextRange range, ExpressionSyntax value)
        : base(range) => (Value, Height) = (value, value.Height + 1);

    public ExpressionSyntax Value { get; }
}

/// <summary><c>%{ if … }…%{ else }…%{ endif }</c>.</summary>
internal sealed record TemplateIfSyntax : ExpressionSyntax
{
    public TemplateIfSyntax(TextRange range, ExpressionSyntax condition, ExpressionSyntax then, ExpressionSyntax otherwise)
        : base(range) => (Condition, Then, Otherwise, Height) = (condition, then, otherwise, Above(condition, then, otherwise));

    public ExpressionSyntax Condition { get; }

    public ExpressionSyntax Then { get; }

    public ExpressionSyntax Otherwise { get; }
}

/// <summary><c>%{ for … in … }…%{ endfor }</c>.</summary>
internal sealed record TemplateForSyntax : ExpressionSyntax
{
    public TemplateForSyntax(TextRange range, string? keyName, string valueName, ExpressionSyntax collection, ExpressionSyntax body)
        : base(range) => (KeyName, ValueName, Collection, Body, Height) = (keyName, valueName, collection, body, Above(collection, body));

    public string? KeyName { get; }

    public string ValueName { get; }

    public ExpressionSyntax Collection { get; }

    public ExpressionSyntax Body { get; }
}

/// <summary>A name that starts a reference.</summary>
internal sealed record NameSyntax(TextRange Range, string Name) : ExpressionSyntax(Range);

/// <summary>Attributes, indexes and splats after an expression.</summary>
internal sealed record AccessSyntax : ExpressionSyntax
{
    public AccessSyntax(TextRange range, ExpressionSyntax target, AccessStep[] steps, string? text)
        : base(range) => (Target, Steps, Text, Height) = (target, steps, text, AboveSteps(target, steps));

    public ExpressionSyntax Target { get; }

    public AccessStep[] Steps { get; }

    /// <summary>The reference as written, when it starts with a name: what is not known here is left to run time as text.</summary>
    public string? Text { get; }

    private static int AboveSteps(ExpressionSyntax target, AccessStep[] steps)
    {
        var height = target.Height;
        foreach (var step in steps) height = Math.Max(height, step.Key?.Height ?? 0);
        return height + 1;
    }
}

internal enum AccessKind
{
    Attribute,
    Index,

    /// <summary><c>.*</c>: attributes after it apply to each element, an index to the whole.</summary>
    AttributeSplat,

    /// <summary><c>[*]</c>: everything after it applies to each element.</summary>
    FullSplat,
}

internal readonly record struct AccessStep(AccessKind Kind, TextRange Range, string? Name = null, ExpressionSyntax? Key = null);

internal sealed record CallSyntax : ExpressionSyntax
{
    public CallSyntax(TextRange range, string name, TextRange nameRange, ExpressionSyntax[] arguments, bool expandLast)
        : base(range) => (Name, NameRange, Arguments, ExpandLast, Height) = (name, nameRange, arguments, expandLast, Above(arguments));

    public string Name { get; }

    public TextRange NameRange { get; }

    public ExpressionSyntax[] Arguments { get; }

    /// <summary>Whether <c>...</c> follows the last argument.</summary>
    public bool ExpandLast { get; }
}

internal sealed record ConditionalSyntax : ExpressionSyntax
{
    public ConditionalSyntax(TextRange range, ExpressionSyntax condition, ExpressionSyntax then, ExpressionSyntax otherwise)
        : base(range) => (Condition, Then, Otherwise, Height) = (condition, then, otherwise, Above(condition, then, otherwise));

    public ExpressionSyntax Condition { get; }

    public ExpressionSyntax Then { get; }

    public ExpressionSyntax Otherwise { get; }
}

internal sealed record BinarySyntax : ExpressionSyntax
{
    public BinarySyntax(TextRange range, TokenKind op, ExpressionSyntax left, ExpressionSyntax right)
        : base(range) => (Operator, Left, Right, Height) = (op, left, right, Above(left, right));

    public TokenKind Operator { get; }

    public ExpressionSyntax Left { get; }

    public ExpressionSyntax Right { get; }
}

internal sealed record UnarySyntax : ExpressionSyntax
{
    public UnarySyntax(TextRange range, TokenKind op, ExpressionSyntax operand)
        : base(range) => (Operator, Operand, Height) = (op, operand, operand.Height + 1);

    public TokenKind Operator { get; }

    public ExpressionSyntax Operand { get; }
}

internal sealed record ParenthesesSyntax : ExpressionSyntax
{
    public ParenthesesSyntax(TextRange range, ExpressionSyntax inner)
        : base(range) => (Inner, Height) = (inner, inner.Height + 1);

    public ExpressionSyntax Inner { get; }
}

internal sealed record TupleSyntax : ExpressionSyntax
{
    public TupleSyntax(TextRange range, ExpressionSyntax[] items)
        : base(range) => (Items, Height) = (items, Above(items));

    public ExpressionSyntax[] Items { get; }
}

internal sealed record ObjectSyntax : ExpressionSyntax
{
    public ObjectSyntax(TextRange range, IReadOnlyList<(ExpressionSyntax Key, ExpressionSyntax Value)> items)
        : base(range) => (Items, Height) = (items, AbovePairs(items));

    public IReadOnlyList<(ExpressionSyntax Key, ExpressionSyntax Value)> Items { get; }

    private static int AbovePairs(IReadOnlyList<(ExpressionSyntax Key, ExpressionSyntax Value)> items)
    {
        var height = 0;
        foreach (var (key, value) in items) height = Math.Max(height, Math.Max(key.Height, value.Height));
        return height + 1;
    }
}

/// <summary><c>[for v in c : x if y]</c> or <c>{for k, v in c : a => b... if y}</c>.</summary>
internal sealed record ForSyntax : ExpressionSyntax
{
    public ForSyntax(TextRange range, string? keyName, string valueName, ExpressionSyntax collection, ExpressionSyntax? key, ExpressionSyntax value, ExpressionSyntax? condition, bool group)
        : base(range)
    {
        (KeyName, ValueName, Collection, Key, Value, Condition, Group) = (keyName, valueName, collection, key, value, condition, group);
        Height = Above(collection, key, value, condition);
    }

    public string? KeyName { get; }

    public string ValueName { get; }

    public ExpressionSyntax Collection { get; }

    /// <summary>Null for a tuple.</summary>
    public ExpressionSyntax? Key { get; }

    public ExpressionSyntax Value { get; }

    public ExpressionSyntax? Condition { get; }

    /// <summary>Whether values of one key are gathered in a tuple.</summary>
    public bool Group { get; }
}

/// <summary>What could not be parsed; already reported.</summary>
internal sealed record ErrorSyntax(TextRange Range) : ExpressionSyntax(Range);
