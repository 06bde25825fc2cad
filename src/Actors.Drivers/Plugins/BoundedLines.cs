namespace Actors.Drivers.Plugins;

/// <summary>Reads what a program writes line by line; a line that is too long comes in pieces, so that a program can't fill the memory.</summary>
/// <param name="reader">What it writes.</param>
internal sealed class BoundedLines(TextReader reader)
{
    private const int MaxLength = 1024;

    private readonly char[] _buffer = new char[MaxLength];
    private int _at;
    private int _length;

    /// <summary>The next line; null: there is none any more.</summary>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        var line = new System.Text.StringBuilder();
        while (true)
        {
            if (_at == _length)
            {
                (_at, _length) = (0, await reader.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
                if (_length == 0) return line.Length > 0 ? line.ToString() : null;
            }

            var end = Array.IndexOf(_buffer, '\n', _at, _length - _at);
            var taken = Math.Min((end < 0 ? _length : end) - _at, MaxLength - line.Length);
            line.Append(_buffer, _at, taken);
            _at += taken;
            if (_at == end) _at++;
            else if (line.Length < MaxLength) continue;
            return line.ToString();
        }
    }
}
