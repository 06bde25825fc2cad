using Actors.Client.Allocations;
using Actors.Client.State;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Drivers;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Tasks;

/// <summary>One task of an allocation: starts it, watches it, starts it again by its policy, stops it. Everything that takes time is piped to itself.</summary>
internal sealed class TaskRunner : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RecoverRetry = TimeSpan.FromSeconds(2);

    private readonly ClientContext _context;
    private readonly RegisteredAllocation _allocation;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _life = new();
    private CancellationTokenSource _starting = new();
    private TaskOrigin _origin;
    private TaskState _state;
    private RestartTracker _restarts;
    private TaskHandle? _handle;
    private IDriverTask? _running;
    private bool _mayBeLeft;
    private KillTask? _kill;
    private string? _restartReason;
    private TaskPhase _phase;

    public TaskRunner(ClientContext context, RegisteredAllocation allocation, TaskOrigin origin, TaskRecord? remembered, bool mayBeLeft)
    {
        (_context, _allocation, _origin, _mayBeLeft) = (context, allocation, origin, mayBeLeft);
        _state = remembered?.State ?? new TaskState().With(Event(TaskEventTypes.Received, "Task received by client"));
        _restarts = remembered?.Restarts ?? RestartTracker.Fresh;
        _handle = remembered?.Handle;
        _phase = _state.State == TaskRunState.Dead ? TaskPhase.Dead : TaskPhase.Waiting;

        Receive<StartTask>(_ => { if (_phase == TaskPhase.Waiting) Start(); });
        Receive<KillTask>(Kill);
        Receive<RestartTask>(Restart);
        Receive<SignalTask>(Signal);
        Receive<UpdateTask>(update => _origin = update.Origin);
        Receive<DriverStarted>(Started);
        Receive<DriverFailed>(Failed);
        Receive<DriverTold>(told => Happened(Event(TaskEventTypes.Driver, told.Event.Message, told.Event.Details)));
        Receive<RunEnded>(Ended);
        Receive<RunCleaned>(cleaned => Conclude(cleaned.Exit));
        Receive<StopFailed>(RetryStop);
        Receive<StopRetry>(retry => { if (_phase == TaskPhase.Stopping) Stop(retry.Attempt); });
        Receive<RestartDue>(_ => { if (_phase == TaskPhase.Delaying) Start(); });
        Receive<StoreFailed>(failed => _log.Warning("State of task {0} of {1} is not on disk: {2}", _origin.Task.Name, _origin.Allocation.Id, failed.Problem));
        Receive<Done>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Changed();

    protected override void PostStop()
    {
        // The task goes on: a later runner finds it again.
        _life.Cancel();
        _starting.Cancel();
        _allocation.Running.TryRemove(_origin.Task.Name, out _);
        _ = _running?.DisposeAsync().AsTask();
    }

    private void Start()
    {
        _phase = TaskPhase.Starting;
        if (!_mayBeLeft) Happened(Event(TaskEventTypes.TaskSetup, "Building Task Directory"));
        _starting.Dispose();
        _starting = new CancellationTokenSource();
        TaskStarter.StartAsync(_context, _origin, _handle, _mayBeLeft, new DriverTeller(Self), _starting.Token)
            .PipeTo(Self, success: started => new DriverStarted(started.Task, started.Recovered), failure: cause => new DriverFailed(cause));
    }

    private void Started(DriverStarted started)
    {
        (_running, _handle, _phase, _mayBeLeft) = (started.Task, started.Task.Handle, TaskPhase.Running, false);
        _allocation.Running[_origin.Task.Name] = started.Task;
        if (!started.Recovered) _state = _state.Started(Event(TaskEventTypes.Started, "Task started by client"));
        else if (_state.State != TaskRunState.Running) _state = _state.Started(Event(TaskEventTypes.Started, "Task found running by client"));
        Changed();
        started.Task.Exited.PipeTo(Self, success: exit => new RunEnded(exit));
        if (_kill is not null || _restartReason is not null) Stop(attempt: 0);
    }

    private void Failed(DriverFailed failed)
    {
        if (_kill is { } kill)
        {
            Die(kill.Fails);
            return;
        }

        // It runs, perhaps, and only its engine can't be asked: starting another one would be wrong.
        if (_mayBeLeft && failed.Cause is DriverException { Recoverable: true })
        {
            Happened(Event(TaskEventTypes.Driver, $"Looking for the running task: {failed.Cause.Message}"));
            _phase = TaskPhase.Delaying;
            Timers.StartSingleTimer(nameof(RestartDue), new RestartDue(), RecoverRetry);
            return;
        }

        if (failed.Cause is not (InvalidTaskException or DriverException)) _log.Error(failed.Cause, "Task {0} of {1} could not be started", _origin.Task.Name, _origin.Allocation.Id);
        Happened(TaskEvents.NotStarted(failed.Cause, _context.Time.GetUtcNow(), out var recoverable));
        _mayBeLeft = false;
        Decide(succeeded: false, recoverable);
    }

    private void Ended(RunEnded ended)
    {
        Happened(TaskEvents.Terminated(ended.Exit, _context.Time.GetUtcNow()));
        _phase = TaskPhase.Cleaning;
        RunEnding.CleanAsync(_running!, _life.Token).PipeTo(Self, success: () => new RunCleaned(ended.Exit), failure: _ => new RunCleaned(ended.Exit));
    }

    private void Conclude(TaskExit exit)
    {
        _allocation.Running.TryRemove(_origin.Task.Name, out _);
        (_running, _handle) = (null, null);
        if (_kill is { } kill)
        {
            Happened(Event(TaskEventTypes.Killed, "Task successfully killed"));
            Die(kill.Fails);
        }
        else if (_restartReason is not null)
        {
            _restartReason = null;
            _state = _state.Restarting(Event(TaskEventTypes.Restarting, "Task restarting in 0s", new Dictionary<string, string> { ["restart_reason"] = "asked for" }));
            Changed();
            Start();
        }
        else
        {
            Decide(exit.Successful, recoverable: true);
        }
    }

    private void Decide(bool succeeded, bool recoverable)
    {
        var now = _context.Time.GetUtcNow();
        (_restarts, var decision) = _restarts.Decide(
            RestartRules.For(_origin.Job, _origin.Group, _origin.Task), succeeded,
            TaskCoordinator.RestartsOnSuccess(_origin.Job, _origin.Task), recoverable, now, Random.Shared.NextDouble());
        switch (decision)
        {
            case RestartDecision.Restart again:
                _state = _state.Restarting(Event(TaskEventTypes.Restarting, $"Task restarting in {GoDuration.Format(again.Delay)}", new Dictionary<string, string> { ["restart_reason"] = again.Reason }));
                _phase = TaskPhase.Delaying;
                Changed();
                Timers.StartSingleTimer(nameof(RestartDue), new RestartDue(), again.Delay);
                break;
            case RestartDecision.Stay stay:
                if (stay.Failed) _state = _state.With(Event(TaskEventTypes.NotRestarting, stay.Reason, fails: true));
                Die(stay.Failed);
                break;
        }
    }

    private void Kill(KillTask kill)
    {
        if (_phase == TaskPhase.Dead || _kill is not null) return;
        _kill = kill;
        if (kill.EventType != TaskEventTypes.Killing) Happened(Event(kill.EventType, kill.Message, fails: kill.Fails));
        switch (_phase)
        {
            case TaskPhase.Waiting when !_mayBeLeft:
            case TaskPhase.Delaying when !_mayBeLeft:
                Timers.Cancel(nameof(RestartDue));
                Happened(Event(TaskEventTypes.Killed, "Task successfully killed"));
                Die(kill.Fails);
                break;
            case TaskPhase.Waiting or TaskPhase.Delaying:
                Start();
                break;
            case TaskPhase.Starting when !_mayBeLeft:
                _starting.Cancel();
                break;
            case TaskPhase.Running:
                Stop(attempt: 0);
                break;
        }
    }

    private void Restart(RestartTask restart)
    {
        if (!IsRunning()) return;
        Happened(Event(TaskEventTypes.RestartSignaled, restart.Reason));
        _restartReason = restart.Reason;
        Sender.Tell(Done.Instance);
        Stop(attempt: 0);
    }

    private void Stop(int attempt)
    {
        _phase = TaskPhase.Stopping;
        var timeout = RunEnding.KillTimeout(_origin.Task, _context.Options);
        if (attempt == 0) Happened(Event(TaskEventTypes.Killing, $"{_kill?.Message ?? _restartReason}. Sent interrupt. Waiting {GoDuration.Format(timeout)} before force killing"));
        var delay = attempt == 0 && _kill is not null ? _origin.Task.ShutdownDelay : TimeSpan.Zero;
        RunEnding.StopAsync(_running!, _origin.Task.KillSignal, delay, timeout, _life.Token)
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
        Happened(Event(TaskEventTypes.Signaling, $"Task being sent signal {signal.Signal}"));
        RunEnding.SignalAsync(_running!, signal.Signal, _life.Token).PipeTo(Sender, Self, () => Done.Instance, e => new Status.Failure(e));
    }

    /// <summary>Whether it runs; who asked for what needs that is told when not.</summary>
    private bool IsRunning()
    {
        if (_phase is not TaskPhase.Running) Sender.Tell(new Status.Failure(new InvalidOperationException($"task \"{_origin.Task.Name}\" is not running")));
        return _phase is TaskPhase.Running;
    }

    private void Die(bool failed)
    {
        _phase = TaskPhase.Dead;
        _state = _state.Ended(failed, _context.Time.GetUtcNow());
        Changed();
    }

    private void Happened(TaskEvent happened)
    {
        _state = _state.With(happened);
        Changed();
    }

    private void Changed()
    {
        _context.Store.SaveTaskAsync(_origin.Allocation.Id, _origin.Task.Name, new TaskRecord(_state, _restarts, _handle))
            .PipeTo(Self, success: () => Done.Instance, failure: e => new StoreFailed(e.Message));
        Context.Parent.Tell(new TaskChanged(_origin.Task.Name, _state));
    }

    private TaskEvent Event(string type, string message, IReadOnlyDictionary<string, string>? details = null, bool fails = false) =>
        new(type, _context.Time.GetUtcNow(), message, details, fails);
}
