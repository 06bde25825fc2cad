using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Akka.Actor;

namespace Actors.Client.Tasks;

/// <summary>What others ask of a task: end, restart, a signal.</summary>
internal sealed partial class TaskRunner
{
    private void Kill(KillTask kill)
    {
        if (_phase == TaskPhase.Dead || _kill is not null) return;
        _kill = kill;
        if (kill.EventType != TaskEventTypes.Killing) Happened(Event(kill.EventType, kill.Message, fails: kill.Fails));
        switch (_phase)
        {
            case TaskPhase.Waiting or TaskPhase.Delaying:
                Timers.Cancel(nameof(RestartDue));
                Happened(Event(TaskEventTypes.Killed, "Task successfully killed"));
                Die(kill.Fails);
                break;
            case TaskPhase.Starting:
                _starting.Cancel();
                break;
            case TaskPhase.Running:
                Stop(attempt: 0);
                break;
        }
    }

    private void Restart(RestartTask restart)
    {
        if (_phase != TaskPhase.Starting && !IsRunning()) return;
        Happened(Event(TaskEventTypes.RestartSignaled, restart.Reason));
        _restartReason = restart.Reason;
        Sender.Tell(Done.Instance);
        if (_phase == TaskPhase.Running) Stop(attempt: 0);
    }

    private void Hold(HoldTask hold)
    {
        switch (_phase)
        {
            case TaskPhase.Dead when hold.Revive:
                (_restarts, _kill) = (RestartTracker.Fresh, null);
                _state = _state.Revived(Event(TaskEventTypes.RestartSignaled, hold.Reason));
                WaitForTurn();
                break;
            case TaskPhase.Delaying:
                Timers.Cancel(nameof(RestartDue));
                WaitForTurn();
                break;
            case TaskPhase.Waiting:
                Context.Parent.Tell(new TaskWaits(_origin.Task.Name));
                break;
            case TaskPhase.Starting or TaskPhase.Running when _restartReason is null:
                Happened(Event(TaskEventTypes.RestartSignaled, hold.Reason));
                _restartReason = hold.Reason;
                if (_phase == TaskPhase.Running) Stop(attempt: 0);
                break;
            case TaskPhase.Stopping or TaskPhase.Cleaning or TaskPhase.Finding:
                _restartReason ??= hold.Reason;
                break;
        }
    }

    private void Stop(int attempt)
    {
        _phase = TaskPhase.Stopping;
        var timeout = RunEnding.KillTimeout(_origin.Task, _context.Options);
        var delay = attempt == 0 ? _origin.Task.ShutdownDelay : TimeSpan.Zero;
        if (delay > TimeSpan.Zero)
            Happened(Event(TaskEventTypes.WaitingForShutdownDelay, $"Waiting for shutdown_delay of {GoDuration.Format(delay)} before killing the task."));
        if (attempt == 0) Happened(Event(TaskEventTypes.Killing, $"{_kill?.Message ?? _restartReason}. Sent interrupt. Waiting {GoDuration.Format(timeout)} before force killing"));
        RunEnding.StopAsync(_running!.Task, _origin.Task.KillSignal, delay, timeout, _context.Time, _life.Token)
            .PipeTo(Self, success: () => Done.Instance, failure: e => new StopFailed(e.Message, attempt));
    }

    private void RetryStop(StopFailed failed)
    {
        if (_phase != TaskPhase.Stopping) return;
        var wait = RunEnding.KillBackoff(failed.Attempt);
        Happened(Event(TaskEventTypes.Killing, $"Failed to kill the task: {failed.Problem}; trying again in {GoDuration.Format(wait)}"));
        Timers.StartSingleTimer(nameof(StopRetry), new StopRetry(failed.Attempt + 1), wait);
    }

    private void Signal(SignalTask signal)
    {
        if (!IsRunning()) return;
        Happened(Event(TaskEventTypes.Signaling, signal.Reason.Length > 0 ? $"{signal.Reason}: task being sent signal {signal.Signal}" : $"Task being sent signal {signal.Signal}"));
        RunEnding.SignalAsync(_running!.Task, signal.Signal, _life.Token).PipeTo(Sender, Self, () => Done.Instance, e => new Status.Failure(e));
    }

    /// <summary>Whether it runs; who asked for what needs that is told when not.</summary>
    private bool IsRunning()
    {
        if (_phase is not TaskPhase.Running) Sender.Tell(new Status.Failure(new InvalidOperationException($"task \"{_origin.Task.Name}\" is not running")));
        return _phase is TaskPhase.Running;
    }
}
