using Actors.JobSpec.Syntax;

namespace Actors.JobSpec.Formatting;

/// <summary>Whether a blank stands between two neighbours on a line.</summary>
internal static class Spacing
{
    /// <param name="before">What stands before the left one.</param>
    /// <param name="left">The left one.</param>
    /// <param name="leftText">Its text.</param>
    /// <param name="right">The right one.</param>
    public static bool Between(TokenKind? before, TokenKind left, string leftText, TokenKind right)
    {
        if (left == TokenKind.Comment || right == TokenKind.Comment) return true;
        if (left == TokenKind.OpenBrace && right == TokenKind.CloseBrace) return false;
        switch (right)
        {
            case TokenKind.Comma or TokenKind.Dot or TokenKind.Ellipsis or TokenKind.CloseParen or TokenKind.CloseBracket: return false;
            case TokenKind.OpenParen when left == TokenKind.Identifier: return IsKeyword(leftText);
            case TokenKind.OpenBracket when left is TokenKind.Identifier: return IsKeyword(leftText);
            case TokenKind.OpenBracket when left is TokenKind.CloseBracket or TokenKind.CloseParen or TokenKind.CloseBrace or TokenKind.OpenQuote or TokenKind.Number: return false;
            case TokenKind.OpenBracket when left == TokenKind.Star && before == TokenKind.Dot: return false;
            case TokenKind.Star when left is TokenKind.Dot or TokenKind.OpenBracket: return false;
        }

        switch (left)
        {
            case TokenKind.OpenParen or TokenKind.OpenBracket or TokenKind.Dot: return false;
            case TokenKind.Not: return false;
            case TokenKind.Minus: return before is not null && !StartsOperand(before.Value);
            default: return true;
        }
    }

    /// <summary>Whether a minus after it is a sign, not an operator.</summary>
    private static bool StartsOperand(TokenKind kind) => kind is not (TokenKind.Identifier or TokenKind.Number or TokenKind.CloseParen
        or TokenKind.CloseBracket or TokenKind.CloseBrace or TokenKind.OpenQuote or TokenKind.OpenHeredoc or TokenKind.Star);

    private static bool IsKeyword(string text) => text is "in" or "if" or "else";
}
