using Actors.State;

namespace Actors.Server.Replica;

/// <summary>Who waits for which index. Thread-safe.</summary>
internal sealed class IndexWaiters
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource<RegionState>, ulong> _waiting = new();

    public Task<RegionState> Add(ulong index, Func<RegionState> current, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource<RegionState>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Enqueue(waiter, index);

        // It may have come between the caller's look and the line above.
        if (current() is var state && state.Index >= index)
            waiter.TrySetResult(state);
        return cancellationToken.CanBeCanceled && !waiter.Task.IsCompleted ? waiter.Task.WaitAsync(cancellationToken) : waiter.Task;
    }

    public void Reach(RegionState state)
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var waiter, out var index) && index <= state.Index)
            {
                _waiting.Dequeue();
                waiter.TrySetResult(state);
            }
        }
    }

    public void Fail(Exception cause)
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var waiter, out _))
                waiter.TrySetException(cause);
        }
    }
}
