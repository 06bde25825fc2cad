using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Actors.Client.Hosting;

/// <summary>Hands what actors log to the host's log.</summary>
internal sealed class LogForwarder : ReceiveActor
{
    public LogForwarder(ILogger logger)
    {
        Receive<LogEvent>(entry =>
        {
            var level = entry switch
            {
                Error => LogLevel.Error,
                Warning => LogLevel.Warning,
                Info => LogLevel.Information,
                _ => LogLevel.Debug,
            };
            logger.Log(level, entry.Cause, "{Message}", entry.Message);
        });
        Receive<UnhandledMessage>(unhandled => logger.LogDebug("Unhandled: {Message}", unhandled.Message));
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(LogEvent));
        Context.System.EventStream.Subscribe(Self, typeof(UnhandledMessage));
    }
}
