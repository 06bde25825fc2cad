using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Syntax;

internal enum TokenKind : byte
{
    EndOfFile,
    Newline,
    Comment,
    Identifier,
    Number,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    Assign,
    Arrow,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Question,
    Colon,
    Comma,
    Dot,
    Ellipsis,
    OpenQuote,
    CloseQuote,

    /// <summary>Literal text inside quotes, escapes not yet resolved.</summary>
    QuotedText,

    /// <summary><c>&lt;&lt;NAME</c> with its newline.</summary>
    OpenHeredoc,

    /// <summary>The closing name with the blanks before it.</summary>
    CloseHeredoc,

    /// <summary>Literal text of a heredoc.</summary>
    HeredocText,

    /// <summary><c>${</c> or <c>${~</c>.</summary>
    OpenInterpolation,

    /// <summary><c>%{</c> or <c>%{~</c>.</summary>
    OpenDirective,

    /// <summary><c>}</c> or <c>~}</c> that ends an interpolation or directive.</summary>
    CloseTemplate,

    /// <summary>Something that is no token; already reported.</summary>
    Invalid,
}

/// <summary>A token: what it is and where.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End)
{
    public TextRange Range => TextRange.Between(Start, End);
}
