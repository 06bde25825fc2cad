using System.Runtime.CompilerServices;

namespace Actors.Scheduling.Nodes;

/// <summary>A node that may take the next allocation.</summary>
/// <param name="Score">What it is ordered by, the highest first.</param>
/// <param name="Tie">What breaks ties, the lowest first.</param>
/// <param name="Row">The node.</param>
/// <param name="Version">The candidate is out of date when the node's version is another.</param>
internal readonly record struct Candidate(double Score, ulong Tie, int Row, int Version)
{
    /// <summary>Whether it comes before another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Before(in Candidate other) => Score > other.Score || (Score == other.Score && Tie < other.Tie);
}

/// <summary>Candidates, the best on top. A binary heap; candidates out of date stay in until they come up.</summary>
internal sealed class CandidateHeap
{
    private Candidate[] _items = new Candidate[16];

    public int Count { get; private set; }

    public ref readonly Candidate Top => ref _items[0];

    /// <summary>By place in the heap: what lies at 2i+1 and 2i+2 comes after what lies at i.</summary>
    public ref readonly Candidate this[int i] => ref _items[i];

    public void Clear() => Count = 0;

    /// <summary>Puts a candidate in without order: call <see cref="Order"/> after the last.</summary>
    public void AddUnordered(in Candidate candidate)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
        _items[Count++] = candidate;
    }

    /// <summary>Makes it a heap.</summary>
    public void Order()
    {
        for (var i = (Count / 2) - 1; i >= 0; i--) Sink(i);
    }

    public void Push(in Candidate candidate)
    {
        AddUnordered(candidate);
        var i = Count - 1;
        while (i > 0)
        {
            var parent = (i - 1) / 2;
            if (!candidate.Before(_items[parent])) break;
            _items[i] = _items[parent];
            i = parent;
        }

        _items[i] = candidate;
    }

    public void Pop()
    {
        Count--;
        if (Count == 0) return;
        _items[0] = _items[Count];
        Sink(0);
    }

    /// <summary>Takes the top out and puts another in: nothing moves when that comes before all others.</summary>
    public void ReplaceTop(in Candidate candidate)
    {
        _items[0] = candidate;
        Sink(0);
    }

    private void Sink(int i)
    {
        var item = _items[i];
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && _items[child + 1].Before(_items[child])) child++;
            if (!_items[child].Before(item)) break;
            _items[i] = _items[child];
            i = child;
        }

        _items[i] = item;
    }
}
