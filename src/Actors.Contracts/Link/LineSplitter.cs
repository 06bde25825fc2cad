namespace Actors.Contracts.Link;

/// <summary>Makes lines of a stream's pieces again.</summary>
/// <param name="longest">The longest line that is taken, in bytes.</param>
public sealed class LineSplitter(int longest)
{
    private readonly List<byte> _rest = [];

    /// <summary>The lines that are whole with this piece, without their ends; empty ones are left out.</summary>
    /// <exception cref="FormatException">A line is too long.</exception>
    public IReadOnlyList<byte[]> Add(ReadOnlyMemory<byte> piece)
    {
        var lines = new List<byte[]>();
        var left = piece.Span;
        while (left.IndexOf((byte)'\n') is var end and >= 0)
        {
            Keep(left[..end]);
            if (_rest.Count > 0) lines.Add([.. _rest]);
            _rest.Clear();
            left = left[(end + 1)..];
        }

        Keep(left);
        return lines;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_rest.Count + bytes.Length > longest) throw new FormatException($"expected lines of {longest} bytes at most, found a longer one");
        _rest.AddRange(bytes);
    }
}
