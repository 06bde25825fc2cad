using System.Text;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec.Tests.Properties;

/// <summary>A tree without places as text: two trees with the same text mean the same.</summary>
internal static class SyntaxText
{
    public static string Of(BodySyntax body)
    {
        var text = new StringBuilder();
        Body(body, text);
        return text.ToString();
    }

    private static void Body(BodySyntax body, StringBuilder text)
    {
        text.Append('{');
        foreach (var attribute in body.Attributes)
        {
            text.Append(attribute.Name).Append('=');
            Expression(attribute.Value, text);
            text.Append(';');
        }

        foreach (var block in body.Blocks)
        {
            text.Append(block.Type);
            foreach (var label in block.Labels)
            {
                text.Append(' ');
                Expression(label, text);
            }

            Body(block.Body, text);
        }

        text.Append('}');
    }

    private static void Expression(ExpressionSyntax expression, StringBuilder text)
    {
        text.Append(expression.GetType().Name).Append('(');
        switch (expression)
        {
            case LiteralSyntax literal: text.Append(literal.Value); break;
            case TemplateSyntax template: All(template.Parts); break;
            case TemplateWrapSyntax wrap: All([wrap.Value]); break;
            case TemplateIfSyntax branch: All([branch.Condition, branch.Then, branch.Otherwise]); break;
            case TemplateForSyntax loop:
                text.Append(loop.KeyName).Append(',').Append(loop.ValueName);
                All([loop.Collection, loop.Body]);
                break;
            case NameSyntax name: text.Append(name.Name); break;
            case AccessSyntax access:
                All([access.Target]);
                foreach (var step in access.Steps)
                {
                    text.Append(step.Kind).Append(step.Name);
                    if (step.Key is not null) All([step.Key]);
                }

                break;
            case CallSyntax call:
                text.Append(call.Name).Append(call.ExpandLast);
                All(call.Arguments);
                break;
            case ConditionalSyntax branch: All([branch.Condition, branch.Then, branch.Otherwise]); break;
            case BinarySyntax binary:
                text.Append(binary.Operator);
                All([binary.Left, binary.Right]);
                break;
            case UnarySyntax unary:
                text.Append(unary.Operator);
                All([unary.Operand]);
                break;
            case ParenthesesSyntax inner: All([inner.Inner]); break;
            case TupleSyntax tuple: All(tuple.Items); break;
            case ObjectSyntax item: All(item.Items.SelectMany(pair => new[] { pair.Key, pair.Value })); break;
            case ForSyntax loop:
                text.Append(loop.KeyName).Append(',').Append(loop.ValueName).Append(loop.Group);
                All([loop.Collection, loop.Key ?? loop.Value, loop.Value, loop.Condition ?? loop.Value]);
                break;
        }

        text.Append(')');

        void All(IEnumerable<ExpressionSyntax> parts)
        {
            foreach (var part in parts)
            {
                Expression(part, text);
                text.Append(',');
            }
        }
    }
}
