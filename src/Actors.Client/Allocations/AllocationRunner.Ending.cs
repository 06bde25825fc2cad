using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Allocations;

/// <summary>What others ask of an allocation: a stop, a restart, a signal, its removal.</summary>
internal sealed partial class AllocationRunner
{
    private void StopAll()
    {
        if (_stopAsked || _runners.Count == 0) return;
        _stopAsked = true;
        AfterShutdownDelay(new StopTasksNow());
    }

    /// <summary>Waits as long as the group wants between the end of its services and the end of its tasks.</summary>
    private void AfterShutdownDelay(object message)
    {
        if (Group.ShutdownDelay is { } delay && delay > TimeSpan.Zero && IsRunning) Timers.StartSingleTimer(message.GetType().Name, message, delay);
        else Self.Tell(message);
    }

    private void StopTasks(KillTask kill)
    {
        if (_stopping is not null) return;
        (_stopping, _restart) = (kill, null);
        StopNextWave();
    }

    private void StopNextWave()
    {
        foreach (var wave in TaskCoordinator.StopOrder(Group))
        {
            var alive = wave.Where(task => _states[task].State != TaskRunState.Dead).ToList();
            if (alive.Count == 0) continue;
            foreach (var task in alive) _runners[task].Tell(_stopping!);
            return;
        }

        // Only tasks that run after all others are left; when the allocation goes from the machine, or is out of time, they go too.
        if (!_removing && !_timeIsUp) return;
        foreach (var runner in _runners.Values) runner.Tell(_stopping!);
    }

    private void RestartTasks(RestartAllocation restart)
    {
        var reason = "User requested running tasks to restart";
        if (restart.Task.Length > 0)
        {
            ForTasks(restart.Task, runner => runner.Forward(new RestartTask(reason)));
        }
        else if (Over || _stopAsked || _stopping is not null)
        {
            Sender.Tell(new Status.Failure(new InvalidOperationException("the allocation has ended, or is being stopped")));
        }
        else if (!restart.All && _states.Values.All(s => s.State != TaskRunState.Running))
        {
            Sender.Tell(new Status.Failure(new KeyNotFoundException("no task of the allocation is running")));
        }
        else
        {
            _restart = restart.All || _restart is null
                ? new RestartPlan(restart.All ? "User requested all tasks to restart" : reason, restart.All, _restart?.Held ?? new HashSet<string>())
                : _restart;
            AfterShutdownDelay(new HoldTasksNow());
            Sender.Tell(Done.Instance);
        }
    }

    private void HoldNextWave()
    {
        if (_restart is not { } plan) return;
        var wave = plan.NextWave(Group, _states);
        foreach (var task in wave) _runners[task].Tell(new HoldTask(plan.Reason, Revive: false));
        if (wave.Count > 0) return;
        foreach (var task in plan.Revived(Group, _states))
        {
            // Known at once: else the others would start as if it had run.
            _states[task] = new TaskState { Events = _states[task].Events };
            _runners[task].Tell(new HoldTask(plan.Reason, Revive: true));
        }

        _restart = null;
        Advance();
    }

    private void Waits(TaskWaits waits)
    {
        if (_restart is not null)
        {
            _restart = _restart.Hold(waits.Task);
            HoldNextWave();
        }

        Advance();
    }

    private void ForTasks(string name, Action<IActorRef> action)
    {
        var targets = _runners.Where(r => name.Length == 0 ? _states[r.Key].State == TaskRunState.Running : r.Key == name).ToList();
        if (targets.Count == 0)
            Sender.Tell(new Status.Failure(new KeyNotFoundException(name.Length == 0 ? "no task of the allocation is running" : $"the allocation has no task \"{name}\"")));
        foreach (var (_, runner) in targets) action(runner);
    }

    private void RemoveWhenOver()
    {
        if (!_removing || !Over) return;
        _context.Registry.Remove(Allocation.Id);
        _hooks.DestroyAsync(_scope, _life.Token).PipeTo(Self, success: () => new DirectoryRemoved(null), failure: e => new DirectoryRemoved(e.Message));
    }

    private void Removed(DirectoryRemoved removed)
    {
        if (removed.Problem is { } problem)
        {
            _log.Warning("Allocation {0} could not be removed: {1}", Allocation.Id, problem);
            Timers.StartSingleTimer(nameof(RemoveAllocation), new RemoveAllocation(_scope.Facts.KeepLogs), RemoveRetry);
            return;
        }

        Context.Parent.Tell(new AllocationRemoved(Allocation.Id));
        Context.Stop(Self);
    }
}
