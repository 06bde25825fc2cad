using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

/// <summary>Reads types as variables declare them: <c>string</c>, <c>list(number)</c>, <c>object({ a = optional(bool) })</c>.</summary>
internal static class TypeExpression
{
    private static readonly string[] Names = ["any", "bool", "number", "string", "list", "set", "map", "tuple", "object"];

    /// <summary>The type, or null if the expression is none (reported).</summary>
    public static HclType? Read(ExpressionSyntax expression, DiagnosticBag diagnostics)
    {
        switch (expression)
        {
            case NameSyntax name: return Named(name.Name, name.Range, diagnostics);
            case LiteralSyntax { Value: { Kind: HclTypeKind.String, IsPresent: true } quoted }: return Named(quoted.Text, expression.Range, diagnostics);
            case CallSyntax { ExpandLast: false, Arguments.Length: 1 } call: return Constructed(call, diagnostics);
            case ErrorSyntax: return null;
            default:
                diagnostics.Error(DiagnosticCodes.InvalidType, expression.Range, "this is not a type", "types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})");
                return null;
        }
    }

    private static HclType? Named(string name, TextRange range, DiagnosticBag diagnostics)
    {
        switch (name)
        {
            case "any": return HclType.Any;
            case "bool": return HclType.Bool;
            case "number": return HclType.Number;
            case "string": return HclType.String;
            case "list": return HclType.List(HclType.Any);
            case "set": return HclType.Set(HclType.Any);
            case "map": return HclType.Map(HclType.Any);
            default:
                diagnostics.Error(DiagnosticCodes.InvalidType, range, $"there is no type {Conversion.Quote(name)}", NearestName.Suggest(name, Names));
                return null;
        }
    }

    private static HclType? Constructed(CallSyntax call, DiagnosticBag diagnostics)
    {
        var argument = call.Arguments[0];
        switch (call.Name)
        {
            case "list": return Read(argument, diagnostics) is { } list ? HclType.List(list) : null;
            case "set": return Read(argument, diagnostics) is { } set ? HclType.Set(set) : null;
            case "map": return Read(argument, diagnostics) is { } map ? HclType.Map(map) : null;
            case "tuple" when argument is TupleSyntax tuple:
                var elements = tuple.Items.Select(item => Read(item, diagnostics)).ToList();
                return elements.Contains(null) ? null : HclType.Tuple(elements!);
            case "object" when argument is ObjectSyntax item: return ObjectType(item, diagnostics);
            default:
                diagnostics.Error(DiagnosticCodes.InvalidType, call.Range, $"there is no type {call.Name}(…) of this form", NearestName.Suggest(call.Name, Names) ?? "types with arguments are list(…), set(…), map(…), tuple([…]) and object({…})");
                return null;
        }
    }

    private static HclType? ObjectType(ObjectSyntax item, DiagnosticBag diagnostics)
    {
        var attributes = new List<KeyValuePair<string, HclType>>();
        var optional = new List<string>();
        foreach (var (key, value) in item.Items)
        {
            if (key is not LiteralSyntax { Value: { Kind: HclTypeKind.String, IsPresent: true } name })
            {
                diagnostics.Error(DiagnosticCodes.InvalidType, key.Range, "the attributes of an object type have plain names");
                return null;
            }

            var typeSyntax = value;
            if (value is CallSyntax { Name: "optional", Arguments.Length: 1 } wrapper)
            {
                optional.Add(name.Text);
                typeSyntax = wrapper.Arguments[0];
            }

            if (Read(typeSyntax, diagnostics) is not { } type) return null;
            attributes.Add(KeyValuePair.Create(name.Text, type));
        }

        return HclType.Object(attributes, optional);
    }
}
