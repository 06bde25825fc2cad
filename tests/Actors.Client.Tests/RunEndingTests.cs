using Actors.Client.Tasks;
using Actors.Drivers;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Drivers that hang, as when an engine or a kernel does.</summary>
public sealed class RunEndingTests
{
    [Fact]
    public async Task A_driver_that_hangs_in_stop_is_given_up_so_that_it_can_be_asked_again()
    {
        var task = new HangingTask();

        var problem = await Assert.ThrowsAsync<DriverException>(() => StopAsync(task));

        Assert.True(problem.Recoverable);
        Assert.Equal("the driver did not answer within 35 s", problem.Message);
        Assert.True(task.GivenUp.IsCancellationRequested);

        task.Hangs = false;
        await StopAsync(task);
    }

    [Fact]
    public async Task An_agent_that_ends_does_not_wait_for_a_driver_that_hangs()
    {
        using var life = new CancellationTokenSource();
        var stopping = RunEnding.StopAsync(new HangingTask(), "SIGTERM", TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeProvider.System, life.Token);

        await life.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);
    }

    private static Task StopAsync(IDriverTask task) => RunEnding.StopAsync(task, "SIGTERM", TimeSpan.Zero, TimeSpan.FromSeconds(5), new HurriedTime(), CancellationToken.None);

    /// <summary>Every wait is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.FromMilliseconds(1), period);
    }

    /// <summary>Heeds nothing, not even being given up.</summary>
    private sealed class HangingTask : IDriverTask
    {
        public bool Hangs { get; set; } = true;

        public CancellationToken GivenUp { get; private set; }

        public TaskHandle Handle { get; } = new("hanging", 1, "{}");

        public Task<TaskExit> Exited { get; } = new TaskCompletionSource<TaskExit>().Task;

        public Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
        {
            GivenUp = cancellationToken;
            return Hangs ? Exited : Task.CompletedTask;
        }

        public Task DestroyAsync(CancellationToken cancellationToken) => Exited;

        public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SignalAsync(string signal, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
