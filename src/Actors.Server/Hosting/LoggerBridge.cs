using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Actors.Server.Hosting;

/// <summary>Carries the host's logger factory into the actor system.</summary>
internal sealed class LoggerFactorySetup(ILoggerFactory factory) : Setup
{
    /// <summary>The host's.</summary>
    public ILoggerFactory Factory { get; } = factory;
}

/// <summary>Hands the actor system's log to the host's, each actor class as a category.</summary>
internal sealed class LoggerBridge : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILoggerFactory _factory = Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true } setup
        ? setup.Value.Factory
        : throw new InvalidOperationException($"the actor system was created without a {nameof(LoggerFactorySetup)}");

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent log:
                _factory.CreateLogger(log.LogClass?.FullName ?? "Akka").Log(
                    LevelOf(log.LogLevel()), default, log, log.Cause, static (e, _) => $"{e.Message} [{e.LogSource}]");
                break;
        }
    }

    private static LogLevel LevelOf(Akka.Event.LogLevel level) => level switch
    {
        Akka.Event.LogLevel.DebugLevel => LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => LogLevel.Information,
        Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}

/// <summary>What is logged before the host's log is there, and after it is gone: errors only, to the standard error.</summary>
internal sealed class EarlyLogger : MinimalLogger
{
    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is Error error)
            Console.Error.WriteLine($"{error.LogSource}: {error.Message} {error.Cause}");
    }
}
