using Microsoft.Extensions.Logging;

namespace Actors.Server.Tests.Hosting;

/// <summary>Writes the servers' logs of a test run into a file, when asked to (ACTORS_TEST_LOG): for looking into a failure.</summary>
internal sealed class FileLoggerProvider(string file, string server) : ILoggerProvider
{
    private static readonly Lock Gate = new();

    public ILogger CreateLogger(string categoryName) => new FileLogger(file, $"{server} {categoryName}");

    public void Dispose()
    {
    }

    private sealed class FileLogger(string file, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;

            lock (Gate)
                File.AppendAllText(file, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {logLevel} {name}: {formatter(state, exception)} {exception}\n");
        }
    }
}
