using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Evaluation;

internal sealed partial class Evaluator
{
    private HclValue Unary(UnarySyntax unary, Scope? scope)
    {
        var operand = Evaluate(unary.Operand, scope);
        if (unary.Operator == TokenKind.Not)
            return As(operand, HclType.Bool, unary.Operand.Range, "the operand of !") is { } truth ? HclValue.Of(!truth.Bool) : HclValue.Unknown;
        return As(operand, HclType.Number, unary.Operand.Range, "the operand of -") is { } number ? HclValue.Of(-number.Number) : HclValue.Unknown;
    }

    private HclValue Binary(BinarySyntax binary, Scope? scope)
    {
        var left = Evaluate(binary.Left, scope);
        switch (binary.Operator)
        {
            case TokenKind.And or TokenKind.Or:
                if (As(left, HclType.Bool, binary.Left.Range, "the left operand") is not { } first) return HclValue.Unknown;
                if (first.Bool == (binary.Operator == TokenKind.Or)) return first;
                return As(Evaluate(binary.Right, scope), HclType.Bool, binary.Right.Range, "the right operand") ?? HclValue.Unknown;
            case TokenKind.Equal or TokenKind.NotEqual:
                var right = Evaluate(binary.Right, scope);
                if (left.IsUnknown || right.IsUnknown) return HclValue.Unknown;
                if (!Budget.Touch(left, right)) return OutOfBudget(binary.Range);
                return HclValue.Of(left.Equals(right) == (binary.Operator == TokenKind.Equal));
        }

        var a = As(left, HclType.Number, binary.Left.Range, "the left operand");
        var b = As(Evaluate(binary.Right, scope), HclType.Number, binary.Right.Range, "the right operand");
        if (a is null || b is null) return HclValue.Unknown;
        var (x, y) = (a.Number, b.Number);
        switch (binary.Operator)
        {
            case TokenKind.Less: return HclValue.Of(x < y);
            case TokenKind.LessOrEqual: return HclValue.Of(x <= y);
            case TokenKind.Greater: return HclValue.Of(x > y);
            case TokenKind.GreaterOrEqual: return HclValue.Of(x >= y);
        }

        if (binary.Operator is TokenKind.Slash or TokenKind.Percent && y.Sign == 0)
            return Fail(DiagnosticCodes.InvalidOperation, binary.Right.Range, "division by zero");
        var result = binary.Operator switch
        {
            TokenKind.Plus => x + y,
            TokenKind.Minus => x - y,
            TokenKind.Star => x * y,
            TokenKind.Slash => x / y,
            _ => x % y,
        };
        return result.InBounds ? HclValue.Of(result) : Fail(DiagnosticCodes.InvalidOperation, binary.Range, "the result is too large or too fine a number");
    }
}
