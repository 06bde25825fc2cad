namespace Actors.Templates;

/// <summary>A part of a template that prints something.</summary>
internal abstract record TemplateNode(int Line);

/// <summary>Text as it is.</summary>
internal sealed record TextNode(int Line, string Text) : TemplateNode(Line);

/// <summary>Prints a value, or sets a variable.</summary>
internal sealed record PrintNode(int Line, Pipeline Pipeline) : TemplateNode(Line);

/// <summary>Prints its body when its value isn't empty, else the other body; <paramref name="SetsDot"/> for <c>with</c>.</summary>
internal sealed record ConditionNode(int Line, Pipeline Pipeline, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else, bool SetsDot) : TemplateNode(Line);

/// <summary>Prints its body for each item, or the other body when there is none.</summary>
internal sealed record RangeNode(int Line, Pipeline Pipeline, string? KeyVariable, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode(Line);

/// <summary>Leaves (or goes on with the next round of) the range around it.</summary>
internal sealed record JumpNode(int Line, bool Leaves) : TemplateNode(Line);

/// <summary>Steps whose values go from each to the next one's last argument.</summary>
/// <param name="Variable">The variable that takes the value, with its dollar, or null.</param>
/// <param name="Steps">One or more.</param>
internal sealed record Pipeline(string? Variable, IReadOnlyList<IReadOnlyList<Operand>> Steps)
{
    /// <summary>The variable is there already, and gets another value: <c>=</c>, not <c>:=</c>.</summary>
    public bool Assigns { get; init; }
}

/// <summary>Something that has a value.</summary>
internal abstract record Operand;

/// <summary>Fields, from the dot or from a variable.</summary>
internal sealed record FieldOperand(string? Variable, IReadOnlyList<string> Names) : Operand;

/// <summary>A value written out.</summary>
internal sealed record LiteralOperand(object? Value) : Operand;

/// <summary>A function's name.</summary>
internal sealed record FunctionOperand(string Name) : Operand;

/// <summary>A pipeline in parentheses, perhaps with fields after it.</summary>
internal sealed record NestedOperand(Pipeline Pipeline, IReadOnlyList<string> Names) : Operand;
