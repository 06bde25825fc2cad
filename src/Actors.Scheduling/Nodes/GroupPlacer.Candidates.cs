using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Nodes;

public sealed partial class NodeTable
{
    /// <content>The candidates in their heaps, and the best of them.</content>
    private sealed partial class GroupPlacer
    {
        // The best of all classes' leaders and of the nodes with a penalty, which are in no heap meanwhile.
        private int Best(List<int>? penalties)
        {
            // A value of a distinct_property fills up for nodes of all classes.
            if (_distinct.Length > 0) _scratch.LeaderKnown.AsSpan(0, _spreadClasses).Clear();
            var best = -1;
            var bestScore = double.NegativeInfinity;
            for (var c = 0; c < _spreadClasses; c++)
            {
                if (!_scratch.LeaderKnown[c]) FindLeader(c);
                Offer(_scratch.LeaderScore[c], _scratch.Leader[c], ref best, ref bestScore);
            }

            foreach (var row in penalties ?? [])
            {
                if (_scratch.Standing[row] == Standing.Candidate && !Full(row)) Offer(FinalWithPenalty(row), row, ref best, ref bestScore);
            }

            return best;
        }

        // The best of a spread class: of nodes that the spreads treat alike. It stays the best until one of them, or the class's score, changes.
        private void FindLeader(int spreadClass)
        {
            var best = -1;
            var bestScore = double.NegativeInfinity;
            for (var h = spreadClass * MaxParts; h < (spreadClass + 1) * MaxParts; h++)
            {
                if (_heaps[h] is { } heap && TopOf(heap) is >= 0 and var row) Offer(Final(row), row, ref best, ref bestScore);
            }

            (_scratch.Leader[spreadClass], _scratch.LeaderScore[spreadClass], _scratch.LeaderKnown[spreadClass]) = (best, bestScore, true);
        }

        // The best candidate of a heap that is not out of date; −1: there is none.
        private int TopOf(CandidateHeap heap)
        {
            while (heap.Count > 0)
            {
                var row = heap.Top.Row;
                if (heap.Top.Version != _scratch.Version[row]) heap.Pop();
                else if (!Full(row)) return row;
            }

            return -1;
        }

        private void Offer(double score, int row, ref int best, ref double bestScore)
        {
            if (row < 0) return;
            if (score > bestScore || (score == bestScore && (_nodes.Tie[row] ^ _seed) < (_nodes.Tie[best] ^ _seed))) (best, bestScore) = (row, score);
        }

        // A value of a distinct_property may have filled up through other nodes since the node became a candidate.
        private bool Full(int row)
        {
            if (_distinct.Length == 0 || DistinctReason(row) == Reasons.None) return false;
            Refresh(row);
            return true;
        }

        private List<int>? PenaltyRows(PlacementSlot slot)
        {
            if (slot.PenaltyNodes is not { Count: > 0 } nodes) return null;
            var rows = new List<int>(nodes.Count);
            foreach (var node in nodes)
            {
                if (!_table._rows.TryGetValue(node, out var row) || _scratch.Standing[row] != Standing.Candidate || rows.Contains(row)) continue;
                Outdate(row);
                rows.Add(row);
            }

            return rows;
        }

        // The chosen one comes back into a heap when its placement is counted.
        private void Restore(List<int>? penalties, int chosen)
        {
            foreach (var row in penalties ?? [])
            {
                if (row != chosen && _scratch.Standing[row] == Standing.Candidate) Push(row);
            }
        }

        private void Refresh(int row)
        {
            var before = TakenFrom(row);
            Outdate(row);
            Evaluate(row);
            var after = !_named && _scratch.Standing[row] == Standing.Candidate ? HeapOf(row) : null;
            if (before is not null && before == after)
            {
                // Mostly the node that was just chosen, and mostly it is still among the best.
                after.ReplaceTop(CandidateOf(row));
                return;
            }

            before?.Pop();
            after?.Push(CandidateOf(row));
        }

        // The heap that has the node on top; null: it lies deeper, and is left there until it comes up.
        private CandidateHeap? TakenFrom(int row)
        {
            if (_scratch.Standing[row] != Standing.Candidate || _heaps[HeapIndex(row)] is not { Count: > 0 } heap) return null;
            ref readonly var top = ref heap.Top;
            return top.Row == row && top.Version == _scratch.Version[row] ? heap : null;
        }

        // What the heaps hold of the node is void.
        private void Outdate(int row)
        {
            _scratch.Version[row]++;
            _scratch.LeaderKnown[_scratch.SpreadClass[row]] = false;
        }

        private void Push(int row)
        {
            HeapOf(row).Push(CandidateOf(row));
            _scratch.LeaderKnown[_scratch.SpreadClass[row]] = false;
        }

        private void RefreshAll()
        {
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_scratch.Standing[row] == Standing.Filtered && _scratch.Reason[row] == Reasons.DistinctProperty) Refresh(row);
            }
        }

        private int HeapIndex(int row) => (_scratch.SpreadClass[row] * MaxParts) + _scratch.Parts[row] - 1;

        private CandidateHeap HeapOf(int row) => _heaps[HeapIndex(row)] ??= _scratch.TakeHeap();

        private Candidate CandidateOf(int row) => new(_scratch.Sum[row], _nodes.Tie[row] ^ _seed, row, _scratch.Version[row]);
    }
}
