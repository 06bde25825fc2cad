namespace Actors.Cli.Commands.Allocations;

/// <summary>Finds, in what is typed, the escape that ends a session: the escape character at the beginning of a line, then a dot. The escape character twice is itself, once.</summary>
/// <param name="escape">The character; null: there is none.</param>
internal sealed class EscapeReader(byte? escape)
{
    private bool _atLineStart = true;
    private bool _escaped;

    /// <summary>What of the typed bytes is for the command, and whether the session ends after it.</summary>
    public (byte[] Passed, bool Ends) Read(ReadOnlySpan<byte> typed)
    {
        var passed = new List<byte>(typed.Length + 1);
        foreach (var character in typed)
        {
            if (_escaped)
            {
                _escaped = false;
                if (character == '.')
                    return ([.. passed], true);
                if (character != escape)
                    passed.Add(escape!.Value);
                passed.Add(character);
            }
            else if (_atLineStart && character == escape)
            {
                _escaped = true;
                continue;
            }
            else
            {
                passed.Add(character);
            }

            _atLineStart = character is (byte)'\n' or (byte)'\r';
        }

        return ([.. passed], false);
    }
}
